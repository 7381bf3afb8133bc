// A browser that closes IndexedDB behind the page, as iOS does when it wants room or has been asleep.
const { transaction } = IDBDatabase.prototype;

// The next `times` transactions fail as they do there; then, or after `putBack()`, all is well again.
export function loseDatabase(times = Number.POSITIVE_INFINITY) {
  let left = times;
  IDBDatabase.prototype.transaction = function failing(...wanted) {
    if (left === 0) return transaction.apply(this, wanted);
    left -= 1;
    throw new DOMException("The database connection is closing.", "InvalidStateError");
  };
  return {
    left: () => left,
    putBack() {
      IDBDatabase.prototype.transaction = transaction;
    },
  };
}
