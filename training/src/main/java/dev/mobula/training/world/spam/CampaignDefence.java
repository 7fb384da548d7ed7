package dev.mobula.training.world.spam;

import dev.mobula.retrieval.campaign.Campaign;
import dev.mobula.retrieval.campaign.CampaignIndex;
import dev.mobula.retrieval.campaign.CampaignSettings;
import dev.mobula.retrieval.campaign.Links;
import dev.mobula.retrieval.campaign.Post;
import dev.mobula.retrieval.canonical.Canonicaliser;
import java.util.HashSet;
import java.util.Set;

/// Blocks what is in a suspicious campaign: all of it once it is found, and every variant that comes later.
public final class CampaignDefence implements SpamWorld.Defence {
    private final CampaignIndex index;

    public CampaignDefence(CampaignSettings settings) {
        index = new CampaignIndex(settings);
    }

    @Override
    public Set<Long> posted(SpamPost post) {
        CampaignIndex.Seen seen =
                index.add(
                        new Post(
                                post.id(),
                                post.account(),
                                post.atMillis(),
                                post.atMillis() - post.sinceMillis(),
                                post.quietMillis(),
                                Canonicaliser.read(post.text()).text(),
                                Links.of(post.text())));
        return seen.isSuspicious()
                ? index.of(post.id())
                        .map(Campaign::posts)
                        .<Set<Long>>map(HashSet::new)
                        .orElse(Set.of())
                : Set.of();
    }
}
