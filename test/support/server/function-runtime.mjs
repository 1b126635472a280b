// Around a handler, what the runtime of AWS Lambda for Node.js is, on the clock that the test gives it: lines of the console get a prefix, and an error that is thrown is logged.
import { format } from 'node:util';

let requestId;
for (const [method, level] of Object.entries({
  debug: 'DEBUG',
  info: 'INFO',
  log: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
}))
  console[method] = (...parts) => {
    const text = format(...parts).replaceAll('\n', '\r');
    process.stdout.write(`${new Date().toISOString()}\t${requestId}\t${level}\t${text}\n`);
  };

const [, , file, invokedFunctionArn, at] = process.argv;
const MachineDate = Date;
const ahead = Number(at) * 1000 - MachineDate.now();
globalThis.Date = class extends MachineDate {
  constructor(...parts) {
    super(...(parts.length > 0 ? parts : [Date.now()]));
  }
  static now() {
    return MachineDate.now() + ahead;
  }
};
const { handler } = await import(file);
process.on('message', async ({ id, event }) => {
  requestId = id;
  const failed = await handler(event, { invokedFunctionArn }).then(() => undefined, told);
  process.stdout.write(`END RequestId: ${id}\n`);
  process.send({ id, failed });
});
process.send({ id: 'ready' });

function told(error) {
  const { name: errorType, message: errorMessage, stack, ...rest } = Object(error);
  console.error('Invoke Error', JSON.stringify({ errorType, errorMessage, stack, ...rest }));
  return { errorType, errorMessage };
}
