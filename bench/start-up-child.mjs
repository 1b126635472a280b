// A fresh process: loads a bundle, answers one event, says how long that took since the process began (ms).
const { file, argument } = JSON.parse(process.argv[2]);
const { handler } = await import(file);
const result = await handler(argument, { getRemainingTimeInMillis: () => 9000 });
if (result.statusCode !== 200) throw new Error(`answered ${result.statusCode}: ${result.body}`);
console.log(performance.now());
process.exit(0);
