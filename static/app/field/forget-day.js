/** The day off the phone: for a borrowed phone, or one that is given back. What was recorded stays until it has arrived. */
import { tx } from "./db.js";
import { announce } from "./news.js";

/** The document and what is known of it; drafts too, since they hold what people said. */
export async function forgetDay() {
  await tx(["meta", "drafts"], "readwrite", async (t) => {
    for (const key of await t.keys("meta")) if (/^(day|taken)/.test(String(key))) await t.del("meta", key);
    for (const key of await t.keys("drafts")) await t.del("drafts", key);
  });
  announce("day");
}
