// A fresh process: loads a library, verifies one key with it, says how long that took since the process began (ms).
const { kind, file, key, root } = JSON.parse(process.argv[2]);
const library = await import(file);
const verifications = {
  sdk: async () => await library.verifySiteKey(key, { root }),
  jose: async () => await library.jwtVerify(key, await library.importJWK(root, 'ES256')),
  none: async () => {},
};
await verifications[kind]();
console.log(performance.now());
