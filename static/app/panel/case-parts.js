/** Parts of a case: the councils that were held, and who answers for the building. */
import { h } from "../dom.js";
import { clock, day } from "../format.js";

const list = (rows) =>
  h(
    "dl",
    { class: "facts" },
    rows.filter(([, value]) => value).map(([name, value]) => [h("dt", { text: name }), h("dd", { text: value })]),
  );

/** @param {object[]} held */
export function councils(held = []) {
  return held.map((council) =>
    h(
      "section",
      { class: "council" },
      h(
        "h2",
        {},
        "三方议事会 ",
        h("span", {
          class: "second",
          text: [`${day(council.held_at)} ${clock(council.held_at)}`, council.venue].filter(Boolean).join(" · "),
        }),
      ),
      list([
        ["到场", council.attendees],
        ["勘查", council.survey],
        ["症结", council.root_cause],
        ["主张", council.claims],
        ["议定", council.agreement],
        ["期限", council.fulfil_by && `${day(council.fulfil_by)}前`],
        ["结果", council.result],
      ]),
    ),
  );
}

/** @param {object | null} register */
export function responsible(register) {
  const rows = register
    ? [
        ["居委会", register.residents_committee],
        ["物业", register.property_company],
        ["值班电话", register.duty_phone],
        ["业委会", register.owners_committee],
      ]
    : [];
  return rows.some(([, value]) => value) ? h("section", {}, h("h2", { text: "责任主体" }), list(rows)) : null;
}
