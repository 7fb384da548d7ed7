package dev.mobula.ranking.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.RankingException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LayerGraphTest {
    @Test
    void theReferenceModelHasItsPublishedSize() {
        assertThat(ReferenceModel.graph().inputWidth()).isEqualTo(360);
        assertThat(ReferenceModel.graph().parameterCount()).isEqualTo(625_521);
    }

    @Test
    void aLayerThatIsNotThereIsRefusedByName() {
        refuses("layer 'b': no layer 'a' before it", new Layer.Dense("b", "a", 3, Activation.NONE));
    }

    @Test
    void aLayerDefinedTwiceIsRefusedByName() {
        Layer layer = new Layer.Dense("a", LayerGraph.INPUT, 3, Activation.NONE);
        refuses("layer 'a' is defined twice", layer, layer);
    }

    @Test
    void widthsThatDisagreeAreRefusedWithBoth() {
        refuses(
                "layer 'c': 'input' is 4 wide, 'a' 3",
                new Layer.Dense("a", LayerGraph.INPUT, 3, Activation.NONE),
                new Layer.Cross("c", LayerGraph.INPUT, "a"));
    }

    @Test
    void aGateNarrowerThanItsExpertsIsRefusedByName() {
        refuses(
                "gate 'g' is 1 wide for 2 experts",
                new Layer.Dense("a", LayerGraph.INPUT, 3, Activation.NONE),
                new Layer.Dense("g", LayerGraph.INPUT, 1, Activation.NONE),
                new Layer.Mixture("m", "g", List.of("a", "a")));
    }

    @Test
    void aHeadWiderThanOneIsRefusedByName() {
        assertThatThrownBy(
                        () ->
                                new LayerGraph(
                                        4,
                                        List.of(),
                                        List.of(
                                                new Head(
                                                        "click",
                                                        LayerGraph.INPUT,
                                                        Head.Link.SIGMOID))))
                .hasMessageContaining("head 'click': layer 'input' is 4 wide");
    }

    private static void refuses(String why, Layer... layers) {
        assertThatThrownBy(() -> new LayerGraph(4, List.of(layers), List.of()))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining(why);
    }
}
