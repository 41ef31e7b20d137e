/** Tells how far a run has come: on a terminal in one line that changes, elsewhere in a line for each tenth. */
export function progress(
  total: number,
  stream: NodeJS.WriteStream,
): { tell(done: number, note: string): void; end(): void } {
  let tenth = 0;
  return {
    tell: (done, note) => {
      const line = `${done} of ${total} accounts${note}`;
      if (stream.isTTY) stream.write(`\r\x1b[K${line}`);
      else if (Math.floor((done * 10) / total) > tenth) {
        tenth = Math.floor((done * 10) / total);
        stream.write(`${line}\n`);
      }
    },
    end: () => {
      if (stream.isTTY) stream.write('\r\x1b[K');
    },
  };
}
