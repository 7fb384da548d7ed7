package dev.mobula.training.world.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.training.world.notify.VolumeWorld.Course;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The shape that everybody who sends messages reports.
final class VolumeWorldTest {
    private static final int USERS = 6_000;
    private static final int DAYS = 84;

    private final VolumeWorld world = new VolumeWorld(USERS, DAYS, 1);

    private Map<VolumeRule, Course> courses(double volume) {
        Map<VolumeRule, Course> courses = new EnumMap<>(VolumeRule.class);
        for (VolumeRule rule : VolumeRule.values()) {
            courses.put(rule, world.run(rule, volume, 7));
        }
        return courses;
    }

    @Test
    void aLittleGoesFurthestWhereItAddsMost() {
        Map<VolumeRule, Course> at = courses(0.25);
        double none = at.get(VolumeRule.NONE).dailyActive();
        assertThat(at.get(VolumeRule.RANDOM).dailyActive()).isGreaterThan(none);
        assertThat(at.get(VolumeRule.UPLIFT).dailyActive())
                .isGreaterThan(at.get(VolumeRule.RANDOM).dailyActive())
                .isGreaterThan(at.get(VolumeRule.RESPONSE).dailyActive());
        assertThat(at.get(VolumeRule.UPLIFT_LIFETIME).dailyActive()).isGreaterThan(none);
        assertThat(at.get(VolumeRule.UPLIFT_LIFETIME).reachable())
                .isGreaterThanOrEqualTo(at.get(VolumeRule.UPLIFT).reachable());
    }

    @Test
    void tooMuchLosesEverybodyUnlessTheLossIsCounted() {
        Map<VolumeRule, Course> at = courses(1);
        assertThat(at.get(VolumeRule.RANDOM).reachable()).isLessThan(0.1);
        assertThat(at.get(VolumeRule.UPLIFT).reachable()).isLessThan(0.1);
        Course careful = at.get(VolumeRule.UPLIFT_LIFETIME);
        assertThat(careful.reachable()).isGreaterThan(0.5);
        assertThat(careful.spent()).isLessThan(0.95);
        at.forEach(
                (rule, course) ->
                        assertThat(careful.dailyActive())
                                .as("against %s", rule)
                                .isGreaterThanOrEqualTo(course.dailyActive()));
    }

    @Test
    void oneSeedTwiceIsOneCourse() {
        assertThat(world.run(VolumeRule.UPLIFT, 0.5, 3))
                .isEqualTo(world.run(VolumeRule.UPLIFT, 0.5, 3));
    }
}
