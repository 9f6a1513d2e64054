/** One tab at a time. */
import { tx } from "./db.js";
import { uuid } from "./uuid.js";

const NAME = "mapsvc-field-send";
const LEASE_MS = 60 * 1000;
const self_ = uuid();

/**
 * @param {(stillMine: () => Promise<void>) => Promise<void>} work calls what it is given before each long step
 * @returns {Promise<boolean>} false: another tab is at it
 */
export function exclusively(work) {
  if (!navigator.locks) return underLease(work);
  return navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => {
    if (lock) await work(async () => undefined);
    return Boolean(lock);
  });
}

/** Without a secure context there are no locks: a lease on the phone, which a killed page does not hold for ever. */
async function underLease(work) {
  if (!(await take())) return false;
  try {
    await work(take);
  } finally {
    await tx("meta", "readwrite", async (t) => {
      if ((await t.get("meta", "lease"))?.holder === self_) await t.del("meta", "lease");
    });
  }
  return true;
}

const take = () =>
  tx("meta", "readwrite", async (t) => {
    const lease = await t.get("meta", "lease");
    const isFree = !lease || lease.holder === self_ || lease.until < Date.now() || lease.until > Date.now() + 2 * LEASE_MS;
    if (isFree) await t.put("meta", { holder: self_, until: Date.now() + LEASE_MS }, "lease");
    return isFree;
  });
