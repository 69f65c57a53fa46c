"""Provisions with scim2-client, whose models refuse every answer that is not as the RFCs say."""

import os

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import Error, PatchOp, PatchOperation, ResponseParameters, SearchRequest

http = httpx2.Client(
    base_url=os.environ["SCIM_URL"] + "/",
    headers={"Authorization": "Bearer " + os.environ["SCIM_TOKEN"]},
)
scim = SyncSCIMClient(http)
scim.discover()
User, Group = scim.get_resource_model("User"), scim.get_resource_model("Group")


def check(f):
    """Runs a check at once; an answer that the models refuse raises."""
    try:
        f()
        print("pass", f.__name__, "", sep="\t")
    except Exception as e:  # noqa: BLE001, whatever went wrong is the finding
        print("fail", f.__name__, " ".join(f"{type(e).__name__}: {e}".split()), sep="\t")
    return f


def refused(answer, status, scim_type=None):
    assert isinstance(answer, Error), f"not refused: {answer!r}"
    assert (answer.status, answer.scim_type) == (status, scim_type), answer


def user(name):
    return scim.create(User(
        user_name=name, display_name="Ines Roth", active=True,
        emails=[{"value": name, "type": "work", "primary": True}],
    ))


def patch(model, op, path, value=None):
    return PatchOp[model](operations=[PatchOperation(op=op, path=path, value=value)])


@check
def create_read_delete():
    created = user("create@harbor.example")
    assert scim.query(User, created.id) == created
    scim.delete(User, created.id)
    refused(scim.query(User, created.id, raise_scim_errors=False), 404)


@check
def refuse_a_user_name_twice():
    user("twice@harbor.example")
    again = User(user_name="TWICE@harbor.example")
    refused(scim.create(again, raise_scim_errors=False), 409, "uniqueness")


@check
def find_by_filter():
    wanted = user("find@harbor.example")
    for f in ('userName eq "FIND@harbor.example"', 'emails[type eq "work" and value co "find@"]', f'id eq "{wanted.id}"'):
        found = scim.query(User, SearchRequest(filter=f))
        assert [u.id for u in found.resources] == [wanted.id], f


@check
def search_by_post():
    wanted = user("search@harbor.example")
    found = scim.search(User, SearchRequest(filter='userName eq "search@harbor.example"', attributes=["userName"]))
    assert [u.id for u in found.resources] == [wanted.id]
    assert found.resources[0].display_name is None


@check
def refuse_a_malformed_filter():
    answer = http.get("Users", params={"filter": "userName eq"})
    refused(Error.model_validate(answer.json()), 400, "invalidFilter")


@check
def read_page_by_page():
    made = {user(f"page{i}@harbor.example").id for i in range(5)}
    seen, start = [], 1
    while True:
        page = scim.query(User, SearchRequest(filter='userName sw "page"', start_index=start, count=2))
        assert page.total_results == 5 and page.start_index == start, page
        seen += [u.id for u in page.resources or []]
        start += 2
        if start > page.total_results:
            break
    assert len(seen) == 5 and set(seen) == made


@check
def change_one_attribute():
    ines = user("patch@harbor.example")
    changed = scim.modify(User, ines.id, patch(User, "replace", "displayName", "Ina Roth"))
    assert changed.display_name == "Ina Roth" and changed.user_name == ines.user_name


@check
def replace_a_user():
    ines = user("put@harbor.example")
    replaced = scim.replace(User(id=ines.id, user_name=ines.user_name, nick_name="Ina"))
    assert replaced.nick_name == "Ina" and replaced.display_name is None and replaced.emails is None


@check
def refuse_a_stale_version():
    ines = user("version@harbor.example")
    scim.modify(User, ines.id, patch(User, "replace", "displayName", "Ina Roth"))
    refused(scim.replace(ines, raise_scim_errors=False, expected_status_codes=[412]), 412)


@check
def answer_304_where_nothing_changed():
    ines = user("unchanged@harbor.example")
    answer = http.get(f"Users/{ines.id}", headers={"If-None-Match": ines.meta.version})
    assert answer.status_code == 304 and not answer.content


@check
def keep_members():
    ines, joao = user("member1@harbor.example"), user("member2@harbor.example")
    crew = scim.create(Group(display_name="Dock crew", members=[{"value": ines.id}]))
    scim.modify(Group, crew.id, patch(Group, "add", "members", [{"value": joao.id}]))
    assert {m.value for m in scim.query(Group, crew.id).members} == {ines.id, joao.id}
    asked = scim.query(User, joao.id, ResponseParameters(attributes=["groups"]))
    assert [g.value for g in asked.groups] == [crew.id]
    scim.modify(Group, crew.id, patch(Group, "remove", f'members[value eq "{ines.id}"]'))
    assert [m.value for m in scim.query(Group, crew.id).members] == [joao.id]
    scim.delete(User, joao.id)
    assert not scim.query(Group, crew.id).members


@check
def read_cursor_by_cursor():
    made = {user(f"cursor{i}@harbor.example").id for i in range(5)}
    seen, cursor = [], ""
    while cursor is not None:
        page = scim.query(User, SearchRequest(filter='userName sw "cursor"', cursor=cursor, count=2))
        seen += [u.id for u in page.resources or []]
        cursor = page.next_cursor
    assert len(seen) == 5 and set(seen) == made


@check
def sort_by_an_attribute():
    for name in ("sort-b@harbor.example", "sort-c@harbor.example", "sort-a@harbor.example"):
        user(name)
    found = scim.query(User, SearchRequest(filter='userName sw "sort-"', sort_by="userName", sort_order="descending"))
    assert [u.user_name[5] for u in found.resources] == ["c", "b", "a"]


@check
def search_all_resource_types():
    ines, crew = user("all@harbor.example"), scim.create(Group(display_name="All hands"))
    found = scim.search(search_request=SearchRequest(filter=f'id eq "{ines.id}" or id eq "{crew.id}"'))
    assert {r.id for r in found.resources} == {ines.id, crew.id}


@check
def make_a_group_and_its_member_in_bulk():
    answer = scim.bulk({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            {"method": "POST", "path": "/Groups", "bulkId": "crew", "data": {
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
                "displayName": "Bulk crew", "members": [{"value": "bulkId:ines"}]}},
            {"method": "POST", "path": "/Users", "bulkId": "ines", "data": {
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "bulk@harbor.example"}},
        ],
    })
    assert [str(o.status) for o in answer.operations] == ["201", "201"], answer
    ines = scim.query(User, SearchRequest(filter='userName eq "bulk@harbor.example"')).resources[0]
    crew = scim.query(Group, SearchRequest(filter='displayName eq "Bulk crew"')).resources[0]
    assert [m.value for m in crew.members] == [ines.id]
