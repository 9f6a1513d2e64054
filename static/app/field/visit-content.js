/** From what stands in the sheet to what the office takes, and back for a record that is changed. */

/** @param {object} values of the sheet @returns {{text?: string, promise?: string}} what is missing, in words */
export function problemsOf({ text, promise, due, topic, kind, told, photos }) {
  const found = {};
  const says = text.trim();
  if (!says && (!(promise.trim() || told?.length) || topic || (kind && kind !== "none"))) found.text = photos.length ? "照片收着了，再写一句是什么事。" : "写一句，或者点键盘上的话筒说一句。";
  if (due && !promise.trim()) found.promise = "写一句答应了什么，或者再点一下日子取消。";
  return found;
}

/** 转交办: to whom and by when, where it is known. */
function handed({ way, handler, answer_by }) {
  if (way !== "handed_on") return null;
  const name = (handler ?? "").trim();
  return { ...(name && { handler_name: name }), ...(answer_by && { due_at: answer_by }) };
}

function labelOf({ text, topic, promise, told }, kindName) {
  const parts = [topic, kindName && `问题 ${kindName}`, promise.trim() && "答应的事"].filter(Boolean);
  if (!parts.length && !text.trim() && told?.length) return "见到了，顺带说了";
  return `${parts.length ? `有事：${parts.join("，")}` : "有事，记下了"}${told?.length ? "，顺带说了" : ""}`;
}

/**
 * @param {object} day @param {object} door @param {object} values of the sheet, `kind` the one to record or null
 * @param {object | undefined} before the body that is changed: its ids stay @param {() => string} newId
 * @returns {{body: object, photos: object[], words: string}}
 */
export function contentOf(day, door, values, before, newId) {
  const text = values.text.trim();
  const promise = values.promise.trim();
  const idOf = (list) => list?.[0]?.id ?? newId();
  const needs = values.topic ? [{ id: idOf(before?.needs), topic: values.topic, text, way: values.way, ...handed(values) }] : [];
  const promises = promise ? [{ id: idOf(before?.promises), text: promise, due_at: values.due }] : [];
  const issues = values.kind ? [{ id: idOf(before?.issues), kind: values.kind, description: text }] : [];
  const body = {
    ...before,
    shop: door.code,
    kind: before?.kind ?? door.kind,
    outcome: before?.outcome ?? "met",
    needs,
    promises,
    issues,
    note: values.topic ? "" : text,
    ...(values.told?.length || before?.told ? { told: values.told ?? [] } : null),
  };
  const kindName = day.kinds.find((kind) => kind.code === values.kind)?.name;
  return { body, photos: values.photos, words: labelOf(values, kindName) };
}

/** What the sheet shows of a record. @param {{body: object}} entry */
export function valuesOf({ body }) {
  const [need] = body.needs ?? [];
  const [promise] = body.promises ?? [];
  const [issue] = body.issues ?? [];
  return {
    text: need?.text || body.note || issue?.description || "",
    topic: need?.topic ?? null,
    way: need?.way ?? null,
    handler: need?.handler_name ?? "",
    answer_by: need?.due_at?.slice(0, 10) ?? null,
    promise: promise?.text ?? "",
    due: promise?.due_at?.slice(0, 10) ?? null,
    kind: issue?.kind ?? "none",
    told: body.told ?? [],
    photos: [],
  };
}
