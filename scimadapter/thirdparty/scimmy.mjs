// Lets the schemas and messages of SCIMMY read what the server answers.
import { isDeepStrictEqual } from "node:util";
import SCIMMY from "scimmy";
import { ask, base, core, enterprise, report, send, written } from "./client.mjs";

SCIMMY.Schemas.User.extend(SCIMMY.Schemas.EnterpriseUser, false);

// kept asserts that a schema takes a resource and finds nothing in it to drop or to change.
function kept(Schema, resource) {
  const { meta, schemas, ...rest } = JSON.parse(JSON.stringify(new Schema(resource, "out", base)));
  if (!schemas.includes(Schema.id) || meta.resourceType !== resource.meta.resourceType) throw new Error("not of its type");
  const want = written(resource);
  for (const name of Object.keys(want)) {
    if (!isDeepStrictEqual(rest[name], want[name])) {
      throw new Error(`${name} is ${JSON.stringify(want[name])}, read as ${JSON.stringify(rest[name])}`);
    }
  }
}

// error asserts that SCIMMY takes an answer for the error that it should be.
async function error(status, scimType, method, path, body) {
  const answer = await send(method, path, body);
  if (answer.status !== status) throw new Error(`answered ${answer.status}`);
  try {
    new SCIMMY.Messages.Error(answer.body);
  } catch (e) {
    if (e instanceof SCIMMY.Types.Error && Number(e.status) === status && (e.scimType || undefined) === scimType) return;
    throw e;
  }
  throw new Error("this is no error");
}

const Operations = [{ op: "replace", path: "displayName", value: "Ina Roth" }];
const patchOp = { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations };
let user, group;

await report("user that was created", async () => {
  user = await ask("POST", "Users", {
    schemas: [core, enterprise], userName: "ines@harbor.example", externalId: "ines.roth", active: true, displayName: "Ines Roth",
    name: { formatted: "Dr. Ines Roth", givenName: "Ines", familyName: "Roth", honorificPrefix: "Dr." }, nickName: "Ina",
    title: "Docker", userType: "Employee", preferredLanguage: "de-DE", locale: "de-DE", timezone: "Europe/Berlin",
    profileUrl: "https://harbor.example/ines",
    emails: [{ value: "ines@harbor.example", type: "work", primary: true }, { value: "ines@home.example", type: "home" }],
    phoneNumbers: [{ value: "+49 40 5550142", type: "work" }, { value: "+49 170 5550142", type: "mobile" }],
    addresses: [{ type: "work", streetAddress: "Kai 1", locality: "Hamburg", postalCode: "20457", country: "DE", primary: true }],
    ims: [{ value: "ines", type: "xmpp" }], photos: [{ value: "https://harbor.example/ines.jpg", type: "photo" }],
    roles: [{ value: "pilot", display: "Pilot", primary: true }], entitlements: [{ value: "quay-7" }],
    [enterprise]: { department: "Docks", employeeNumber: "4711", costCenter: "7", organization: "Harbor", division: "North" },
  });
  kept(SCIMMY.Schemas.User, user);
});
await report("group that was created", async () => {
  group = await ask("POST", "Groups", {
    schemas: [SCIMMY.Schemas.Group.id], displayName: "Dock crew", externalId: "crew", members: [{ value: user.id }],
  });
  kept(SCIMMY.Schemas.Group, group);
});
await report("user with a group", async () => kept(SCIMMY.Schemas.User, await ask("GET", `Users/${user.id}`)));
await report("user that was changed", async () => kept(SCIMMY.Schemas.User, await ask("PATCH", `Users/${user.id}`, patchOp)));
await report("list", async () => {
  const list = await ask("GET", "Users?count=1");
  const read = new SCIMMY.Messages.ListResponse(list);
  if (read.totalResults !== 1 || read.itemsPerPage !== 1 || read.startIndex !== 1) throw new Error(JSON.stringify(read));
  kept(SCIMMY.Schemas.User, list.Resources[0]);
});
for (const name of ["User", "Group", "EnterpriseUser"]) {
  await report(`attributes of the schema ${name}`, async () => {
    const Schema = SCIMMY.Schemas[name];
    const served = await ask("GET", `Schemas/${Schema.id}`);
    const known = Schema.definition.describe().attributes.map((a) => a.name);
    const strange = served.attributes.map((a) => a.name).filter((a) => !known.includes(a));
    if (served.id !== Schema.id || strange.length > 0) throw new Error(`unknown: ${strange}`);
  });
}
await report("no such user", () => error(404, undefined, "GET", "Users/none"));
await report("user name in use", () => error(409, "uniqueness", "POST", "Users", { schemas: [core], userName: user.userName }));
await report("malformed filter", () => error(400, "invalidFilter", "GET", "Users?filter=userName%20eq"));
await report("user without a name", () => error(400, "invalidValue", "POST", "Users", { schemas: [core] }));
await report("remove without a path", () =>
  error(400, "noTarget", "PATCH", `Users/${user.id}`, { ...patchOp, Operations: [{ op: "remove" }] }));
