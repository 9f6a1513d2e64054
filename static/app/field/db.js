/** What lies on the phone: IndexedDB, one store of records, each with its photos inside. */
export const NAME = "mapsvc-field";
export const SCHEMA = 1;

let opened = null;

/** @returns {Promise<IDBDatabase>} */
export function openDb() {
  return (opened ??= new Promise((resolve, reject) => {
    const asking = indexedDB.open(NAME, SCHEMA);
    asking.onupgradeneeded = () => {
      asking.result.createObjectStore("records", { keyPath: "id" });
    };
    asking.onsuccess = () => resolve(asking.result);
    asking.onerror = () => reject(asking.error);
  }));
}

const done = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * Keep one record; on the disk when the promise resolves.
 * @param {{id: string, type: string, at: string, body: object, label: string, code: string | null, person: object,
 *   state: "waiting" | "held" | "sent", photos: {id: string, taken_at: string, jpeg: ArrayBuffer}[]}} record
 */
export async function put(record) {
  const transaction = (await openDb()).transaction("records", "readwrite", { durability: "strict" });
  transaction.objectStore("records").put(record);
  await done(transaction);
}

/** @returns {Promise<object[]>} all records */
export async function all() {
  return asked((await openDb()).transaction("records").objectStore("records").getAll());
}
