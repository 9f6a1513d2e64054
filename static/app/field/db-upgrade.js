/** Older forms of what lies on the phone, brought to today's inside the upgrade's own transaction. */

/**
 * Version 1 kept each record with its photos inside: {id, type, at, body, label, code, person, state, photos: [{id, taken_at, jpeg}]}.
 * Whether one of them had reached the office before it could be marked is not known: it is treated as tried.
 * @param {IDBTransaction} transaction of the upgrade
 */
export function fromVersion1(transaction) {
  const records = transaction.objectStore("records");
  const photos = transaction.objectStore("photos");
  const meta = transaction.objectStore("meta");
  const reading = records.getAll();
  reading.onsuccess = () => {
    const before = reading.result.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    before.forEach((record, index) => {
      const own = record.photos ?? [];
      for (const { id, taken_at, jpeg } of own) {
        photos.put({ id, record: record.id, taken_at, jpeg });
      }
      records.put({
        ...record,
        tapped_at: new Date(record.at).toISOString(),
        person: record.person ?? null,
        reason: record.reason ?? null,
        errors: [],
        not_before: 0,
        tries: 1,
        seq: index + 1,
        photos: own.map((photo) => photo.id),
        photo_states: Object.fromEntries(own.map((photo) => [photo.id, { state: "waiting", reason: null, not_before: 0, tries: 1 }])),
        schema: 2,
      });
    });
    meta.put(before.length, "seq");
  };
}

/**
 * Version 2 knew no patrols: what was recorded stays as it is, the walk of today gets a place of its own.
 * @param {IDBDatabase} db in the upgrade
 */
export function fromVersion2(db) {
  db.createObjectStore("walks", { keyPath: "id" });
}
