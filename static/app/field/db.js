/** What lies on the phone: IndexedDB. Every write is on the disk before its promise resolves. */
import { fromVersion1, fromVersion2 } from "./db-upgrade.js";
import { uuid } from "./uuid.js";

export const NAME = "mapsvc-field";
export const SCHEMA = 3;

const TROUBLES = {
  blocked: "程序更新了，另一个窗口还开着旧的：请关掉别的“今日”窗口，这里就好了。",
  outdated: "程序更新了：请重新打开这一页，记过的都在。",
  newer: "手机上的数据是更新的程序写的，这里不动它。请重新打开这一页；还是这样，就把没传的存成文件，交给办公室。",
  failed: "手机不让存数据（可能是无痕窗口或存储满了）：现在记的留不住，请换个浏览器打开，或腾出空间。",
};
const listeners = new Set();
let opened = null;
let trouble = null;

/** Why the phone cannot keep anything now. */
export class StorageError extends Error {
  /** @param {"blocked" | "outdated" | "newer" | "failed" | "full"} code @param {string} [message] */
  constructor(code, message = TROUBLES[code]) {
    super(message);
    this.name = "StorageError";
    this.code = code;
  }
}

/** @returns {StorageError | null} */
export const storageTrouble = () => trouble;

/** @param {() => void} listener @returns {() => void} stops listening */
export function onTrouble(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function say(code) {
  trouble = code ? new StorageError(code) : null;
  listeners.forEach((listener) => listener());
  return trouble;
}

/** All steps from `old` to today's form, in the one transaction of the upgrade: all or nothing, whenever it is killed. */
function upgrade(db, transaction, old) {
  if (old < 1) db.createObjectStore("records", { keyPath: "id" });
  if (old < 2) {
    db.createObjectStore("photos", { keyPath: "id" }).createIndex("record", "record");
    db.createObjectStore("drafts");
    db.createObjectStore("meta").put(uuid(), "born");
    if (old === 1) fromVersion1(transaction);
  }
  if (old < 3) fromVersion2(db);
}

function open() {
  return new Promise((resolve, reject) => {
    let asking;
    try {
      asking = indexedDB.open(NAME, SCHEMA);
    } catch {
      reject(say("failed"));
      return;
    }
    asking.onupgradeneeded = (event) => upgrade(asking.result, asking.transaction, event.oldVersion);
    asking.onblocked = () => say("blocked");
    asking.onerror = () => reject(say(asking.error.name === "VersionError" ? "newer" : "failed"));
    asking.onsuccess = () => {
      const db = asking.result;
      db.onversionchange = () => {
        db.close();
        opened = null;
        say("outdated");
      };
      db.onclose = () => (opened = null);
      if (trouble) say(null);
      resolve(db);
    };
  });
}

/** @returns {Promise<IDBDatabase>} rejects with a StorageError that says what to do */
export function openDb() {
  if (!opened) {
    const opening = open();
    opened = opening;
    opening.catch(() => (opened = opened === opening ? null : opened));
  }
  return opened;
}

/** @param {IDBRequest} request @returns {Promise<any>} */
export const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => {
      const isFull = transaction.error?.name === "QuotaExceededError";
      reject(isFull ? new StorageError("full", "手机的存储满了，没有记下：请删掉些照片或别的东西，再记一次。") : transaction.error);
    };
  });
}

async function begin(stores, mode) {
  try {
    return (await openDb()).transaction(stores, mode, { durability: "strict" });
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    // The browser closed the database behind our back: once more.
    opened = null;
    return (await openDb()).transaction(stores, mode, { durability: "strict" });
  }
}

/**
 * One transaction: all of it is on the disk when the promise resolves, or none.
 * @template T
 * @param {string | string[]} stores @param {"readonly" | "readwrite"} mode
 * @param {(t: {get: Function, put: Function, del: Function, all: Function, byIndex: Function}) => Promise<T>} work waits for nothing but what it is given
 * @returns {Promise<T>}
 */
export async function tx(stores, mode, work) {
  const transaction = await begin(stores, mode);
  const end = finished(transaction);
  const store = (name) => transaction.objectStore(name);
  const tools = {
    get: (name, key) => asked(store(name).get(key)),
    put: (name, value, key) => asked(key === undefined ? store(name).put(value) : store(name).put(value, key)),
    del: (name, key) => asked(store(name).delete(key)),
    all: (name) => asked(store(name).getAll()),
    keys: (name) => asked(store(name).getAllKeys()),
    byIndex: (name, index, key) => asked(store(name).index(index).getAll(key)),
  };
  try {
    const result = await work(tools);
    await end;
    return result;
  } catch (error) {
    end.catch(() => undefined);
    try {
      transaction.abort();
    } catch {
      // It has ended by itself: then its own error tells more.
      await end;
    }
    throw error;
  }
}

/** @param {string} store @param {IDBValidKey} key */
export const get = (store, key) => tx(store, "readonly", (t) => t.get(store, key));

/** @param {string} store @param {any} value @param {IDBValidKey} [key] for drafts and meta */
export const put = (store, value, key) => tx(store, "readwrite", (t) => t.put(store, value, key));

/** @param {string} store @param {IDBValidKey} key */
export const del = (store, key) => tx(store, "readwrite", (t) => t.del(store, key));

/** @param {string} store @returns {Promise<any[]>} */
export const all = (store) => tx(store, "readonly", (t) => t.all(store));

/** What is read when the phone keeps nothing now: the trouble itself is told once, above every view. @template T @param {T} nothing @param {Promise<T>} reading @returns {Promise<T>} */
export async function orNothing(nothing, reading) {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof StorageError) return nothing;
    throw error;
  }
}

/** Everything in a database of a newer program, as it is: only to be carried out of the phone. @returns {Promise<{records: object[], photos: object[]}>} */
export async function readAnyVersion() {
  const db = await asked(indexedDB.open(NAME));
  const there = (name) => (db.objectStoreNames.contains(name) ? asked(db.transaction(name).objectStore(name).getAll()) : []);
  const [records, photos] = await Promise.all([there("records"), there("photos")]);
  db.close();
  return { records, photos };
}
