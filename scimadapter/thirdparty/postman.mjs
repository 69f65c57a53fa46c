// Runs Microsoft's collection, but for the folder that asks the sample server for a token.
import { readFileSync } from "node:fs";
import newman from "newman";
import { base, line } from "./client.mjs";

const collection = JSON.parse(readFileSync(process.argv[2], "utf8"));
collection.item = collection.item.filter(({ name }) => name !== "Get Token");
const url = new URL(base);
const variables = {
  Protocol: url.protocol.replace(":", ""), Server: url.hostname, Port: `:${url.port}`, Api: url.pathname.slice(1),
  token: process.env.SCIM_TOKEN,
};
const values = Object.entries(variables).map(([key, value]) => ({ key, value, enabled: true }));

newman
  .run({ collection, environment: { name: "feddir", values }, timeoutRequest: 10_000 })
  .on("assertion", (_, { assertion, skipped, error, item }) =>
    line(skipped ? "skip" : error ? "fail" : "pass", `${item.name}: ${assertion}`, error?.message))
  .on("done", (error) => {
    if (error) throw error;
  });
