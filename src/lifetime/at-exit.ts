const undos = new Set<() => void>();

/**
 * Undoes something when this process ends before it could be undone in the ordinary way: on a signal, or because a module
 * ends the process. What was done last is undone first. Nothing helps against SIGKILL.
 *
 * @param undo - synchronous: nothing else happens any more
 * @returns to be called when there is nothing left to undo
 */
export function atExit(undo: () => void): () => void {
  if (undos.size === 0) process.on("exit", undoAll);
  undos.add(undo);
  return () => {
    undos.delete(undo);
    if (undos.size === 0) process.off("exit", undoAll);
  };
}

function undoAll(): void {
  for (const undo of [...undos].reverse()) {
    try {
      undo();
    } catch {
      // What cannot be undone must not keep the rest from it, nor hide why the process ends.
    }
  }
}
