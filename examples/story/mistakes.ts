import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listenLocally } from '../../local/aws/http-server.ts';
import { startAws } from '../../local/aws/server.ts';
import type { RunStep } from '../../local/demo/step-runner.ts';
import type { Service } from './credentials.ts';
import type { ExampleRun } from './example-run.ts';
import { StartError } from './program.ts';

interface Mistake {
  readonly title: string;
  readonly service: Service;
  readonly environment: Readonly<Record<string, string>>;
  /** Parts of the message. */
  readonly remedy: readonly string[];
}

interface Places {
  /** Folder for files of the mistakes. */
  readonly folder: string;
  /** Secrets Manager of another region, without secrets. */
  readonly elsewhere: string;
  /** Secrets Manager that reports expired credentials. */
  readonly expired: string;
}

/** Demonstrates mistakes of the configuration: the service does not start and prints the remedy. */
export async function demonstrateMistakes(example: ExampleRun, step: RunStep): Promise<void> {
  const elsewhere = await startAws();
  const expired = await listenLocally(0, (_, response) => {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: 'ExpiredTokenException', message: 'The security token is expired' }));
  });
  const places = { folder: example.folders.mistakes, elsewhere: elsewhere.endpoint, expired: expired.endpoint };
  try {
    for (const mistake of mistakes(places)) await demonstrateMistake(example, step, mistake);
  } finally {
    await elsewhere.close();
    await expired.close();
  }
}

async function demonstrateMistake(
  example: ExampleRun,
  step: RunStep,
  { title, service, environment, remedy }: Mistake,
): Promise<void> {
  await step(title, async show => {
    const fault = await example.startAnother(service, environment).catch((error: unknown) => error);
    assert(fault instanceof StartError, `${service} started despite the mistake.`);
    for (const part of wrapped(fault.message)) show('', part);
    assert.equal(fault.exitCode, 1);
    for (const part of remedy) assert(fault.message.includes(part), `The message lacks: ${part}`);
  });
}

function mistakes({ folder, elsewhere, expired }: Places): readonly Mistake[] {
  mkdirSync(folder, { recursive: true });
  const otherRoot = join(folder, 'root.jwk.json');
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(otherRoot, JSON.stringify(publicKey.export({ format: 'jwk' })));
  const open = join(folder, 'open-to-all');
  mkdirSync(open, { recursive: true });
  chmodSync(open, 0o755);
  return [
    {
      title: 'A mistake: HWF has pinned another Root',
      service: 'hwf',
      environment: { LICENSE_ROOT_FILE: otherRoot },
      remedy: ['The pinned Root does not match', 'Ask the vendor for the Root and its thumbprint'],
    },
    {
      title: 'A mistake: HWF reads its secrets in another region',
      service: 'hwf',
      environment: { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_SECRETS_MANAGER: elsewhere },
      remedy: ['in eu-west-1', 'The signing key is missing', 'the region'],
    },
    {
      title: 'A mistake: the secret with the application key of HWF is missing',
      service: 'hwf',
      environment: { SECRETS_PREFIX: 'licence/hwf/' },
      remedy: [
        'The signing key is missing',
        'the secret licence/hwf/application-key of AWS Secrets Manager in eu-central-1',
      ],
    },
    {
      title: 'A mistake: the AWS credentials of HWF have expired',
      service: 'hwf',
      environment: { AWS_ENDPOINT_URL_SECRETS_MANAGER: expired },
      remedy: ['the AWS credentials have expired. Get new ones'],
    },
    {
      title: 'A mistake: other users may read the folder of Boost',
      service: 'boost',
      environment: { KEYS_FOLDER: open },
      remedy: [`chmod 700 ${open}`],
    },
  ];
}

function wrapped(text: string): string[] {
  return text.split('\n').flatMap(line => line.match(/\S.{0,80}(?=\s|$)/g) ?? []);
}
