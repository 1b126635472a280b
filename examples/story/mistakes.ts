import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listenLocally } from '../../local/aws/http-server.ts';
import { startAws } from '../../local/aws/server.ts';
import type { Narrate } from '../../local/demo/narrator.ts';
import type { Service } from './credentials.ts';
import { NotStarted } from './program.ts';
import type { Stage } from './stage.ts';

interface Mistake {
  readonly title: string;
  readonly service: Service;
  readonly environment: Readonly<Record<string, string>>;
  /** parts of what is said */
  readonly mend: readonly string[];
}

interface Places {
  /** where a file and a folder may be put */
  readonly folder: string;
  /** Secrets Manager of another region: nothing is there */
  readonly elsewhere: string;
  /** Secrets Manager to which the credentials have expired */
  readonly expired: string;
}

/** Whoever makes one of these mistakes is told how to mend it, before anybody is served. */
export async function tellMistakes(stage: Stage, tell: Narrate): Promise<void> {
  const elsewhere = await startAws();
  const expired = await listenLocally(0, (_, response) => {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: 'ExpiredTokenException', message: 'The security token is expired' }));
  });
  const places = { folder: stage.folders.mistakes, elsewhere: elsewhere.endpoint, expired: expired.endpoint };
  try {
    for (const mistake of mistakes(places)) await tellMistake(stage, tell, mistake);
  } finally {
    await elsewhere.close();
    await expired.close();
  }
}

async function tellMistake(stage: Stage, tell: Narrate, { title, service, environment, mend }: Mistake): Promise<void> {
  await tell(title, async show => {
    const fault = await stage.another(service, environment).catch((error: unknown) => error);
    assert(fault instanceof NotStarted, `${service} started all the same.`);
    for (const part of wrapped(fault.message)) show('', part);
    assert.equal(fault.exitCode, 1);
    for (const part of mend) assert(fault.message.includes(part), `It does not say: ${part}`);
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
      mend: ['The pinned Root is', 'Ask the vendor for the Root and its thumbprint'],
    },
    {
      title: 'A mistake: HWF looks for its secrets in another region',
      service: 'hwf',
      environment: { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_SECRETS_MANAGER: elsewhere },
      mend: ['in eu-west-1 is missing', 'the region'],
    },
    {
      title: 'A mistake: the secret with the application key of HWF is missing',
      service: 'hwf',
      environment: { SECRETS_PREFIX: 'licence/hwf/' },
      mend: ['the secret licence/hwf/application-key of AWS Secrets Manager in eu-central-1 is missing'],
    },
    {
      title: 'A mistake: the AWS credentials of HWF have expired',
      service: 'hwf',
      environment: { AWS_ENDPOINT_URL_SECRETS_MANAGER: expired },
      mend: ['the AWS credentials have expired: get new ones'],
    },
    {
      title: 'A mistake: other users may read the folder of Boost',
      service: 'boost',
      environment: { KEYS_FOLDER: open },
      mend: [`chmod 700 ${open}`],
    },
  ];
}

function wrapped(text: string): string[] {
  return text.split('\n').flatMap(line => line.match(/\S.{0,80}(?=\s|$)/g) ?? []);
}
