// Lets scim-patch apply what the server is asked to apply, and compares.
import { isDeepStrictEqual } from "node:util";
import { patchBodyValidation, scimPatch } from "scim-patch";
import { ask, core, enterprise, report, written } from "./client.mjs";

const operations = {
  "replace one attribute": [{ op: "replace", path: "displayName", value: "Ina Roth" }],
  "add what is not there": [{ op: "add", path: "nickName", value: "Ina" }],
  "replace a sub-attribute": [{ op: "replace", path: "name.givenName", value: "Ina" }],
  "replace what is not there": [{ op: "replace", path: "title", value: "Pilot" }],
  "replace several without a path": [{ op: "replace", value: { displayName: "Ina Roth", active: false } }],
  "merge a complex attribute without a path": [{ op: "add", value: { name: { middleName: "Maria" } } }],
  "replace in a value by its type": [{ op: "replace", path: 'emails[type eq "work"].value', value: "ina@harbor.example" }],
  "add a value": [{ op: "add", path: "emails", value: [{ value: "ina@home.example", type: "home" }] }],
  "add a value that is there": [{ op: "add", path: "phoneNumbers", value: [{ value: "+49 170 5550142", type: "mobile" }] }],
  "remove a value by its type": [{ op: "remove", path: 'phoneNumbers[type eq "mobile"]' }],
  "remove an attribute": [{ op: "remove", path: "title" }, { op: "remove", path: "phoneNumbers" }],
  "remove a sub-attribute": [{ op: "remove", path: "name.honorificPrefix" }],
  "replace all values": [{ op: "replace", path: "emails", value: [{ value: "ina@sea.example", type: "work" }] }],
  "replace in the extension": [{ op: "replace", path: `${enterprise}:department`, value: "Pilots" }],
  "several in order": [
    { op: "add", path: "title", value: "Pilot" },
    { op: "replace", path: "title", value: "Harbour master" },
    { op: "remove", path: "nickName" },
    { op: "add", path: "nickName", value: "Ina" },
  ],
  "operations in capitals": [{ op: "Replace", path: "displayName", value: "Ina Roth" }],
};

let n = 0;
for (const [name, Operations] of Object.entries(operations)) {
  await report(name, async () => {
    const before = await ask("POST", "Users", {
      schemas: [core, enterprise], userName: `patch${n++}@harbor.example`, active: true, displayName: "Ines Roth",
      name: { givenName: "Ines", familyName: "Roth", honorificPrefix: "Dr." }, title: "Docker",
      emails: [{ value: "ines@harbor.example", type: "work", primary: true }],
      phoneNumbers: [{ value: "+49 170 5550142", type: "mobile" }, { value: "+49 40 5550142", type: "work" }],
      [enterprise]: { department: "Docks", employeeNumber: "4711" },
    });
    const body = { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations };
    patchBodyValidation(body);
    const after = await ask("PATCH", `Users/${before.id}`, body);
    const want = scimPatch(before, Operations, { mutateDocument: false });
    if (!isDeepStrictEqual(written(after), written(want))) {
      throw new Error(`${JSON.stringify(written(after))}, not ${JSON.stringify(written(want))}`);
    }
  });
}
