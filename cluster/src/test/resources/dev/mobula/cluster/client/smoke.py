"""Asks an engine through the client that was generated from its OpenAPI document: smoke.py CLIENT_FOLDER ENGINE_URL."""

import sys

sys.path.insert(0, sys.argv[1])

from mobula_client import Client
from mobula_client.api.default import feed, follow_user, get_item, get_user, put_items, record_events, similar
from mobula_client.models import EventsRequest, FeedRequest, ItemsRequest, Problem, SimilarRequest

client = Client(base_url=sys.argv[2])

rows = [{"id": i, "author": i, "attributes": {"title": f"row {i}", "likes": i}, "embedding": [1.0, i, 0.0, 0.0]} for i in range(1, 21)]
outcome = put_items.sync(client=client, body=ItemsRequest.from_dict({"items": rows}))
assert outcome.accepted == 20 and not outcome.refused, outcome
item = get_item.sync(7, client=client)
assert item.author == 7 and item.attributes["title"] == "row 7", item
found = similar.sync(client=client, body=SimilarRequest.from_dict({"item": 20, "limit": 3}))
assert [hit.id for hit in found.items] == [19, 18, 17], found

event = {"id": "e-1", "user": 1, "item": 7, "kind": "like"}
for stored, duplicates in ((1, 0), (0, 1)):
    answer = record_events.sync(client=client, body=EventsRequest.from_dict({"events": [event]}))
    assert (answer.stored, answer.duplicates) == (stored, duplicates), answer
assert follow_user.sync_detailed(1, 2, client=client).status_code == 204
user = get_user.sync(1, client=client)
assert user.known and user.follows == [2] and user.events[0].kind == "like", user

page = feed.sync(client=client, body=FeedRequest.from_dict({"user": 1, "limit": 5}))
assert page.user == 1 and page.request_id and len(page.items) <= 5, page
problem = feed.sync(client=client, body=FeedRequest.from_dict({"user": 1, "limit": 500}))
assert isinstance(problem, Problem) and problem.field == "limit" and problem.value == "500", problem
assert get_item.sync_detailed(4_711, client=client).status_code == 404
print("the generated client works")
