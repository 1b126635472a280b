import { join } from 'node:path';
import { freePort } from '../../../local/aws/free-port.ts';
import { startWatched } from '../../../local/aws/watched-process.ts';
import { runProgram } from '../programs.ts';
import { pythonEnvironment } from '../python.ts';

/** Runs `path.ts` with nothing changed but the standard variables, which name moto for five services. */
const here = import.meta.dirname;
const bin = pythonEnvironment('moto', join(here, 'requirements.txt'));
const port = String(await freePort(0));
const moto = await startWatched(join(bin, 'moto_server'), ['-H', '127.0.0.1', '-p', port]);
if (!(await moto.says('Running on'))) throw new Error(`moto ended at once: ${moto.output()}`);
const services = ['KMS', 'SECRETS_MANAGER', 'SNS', 'SQS', 'S3'];
const endpoint = `http://127.0.0.1:${port}`;
try {
  runProgram(
    process.execPath,
    [join(here, 'path.ts')],
    Object.fromEntries(services.map(service => [`AWS_ENDPOINT_URL_${service}`, endpoint])),
  );
} finally {
  await moto.close();
}
