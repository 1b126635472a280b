import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { dynamoDbLocalFolder } from '../../../local/aws/dynamodb-local.ts';
import { requirePrograms, runProgram } from '../programs.ts';

/** Installs Amazon DynamoDB Local from Maven Central into `build/dynamodb-local`; does nothing when it is there. */
requirePrograms('mvn', 'javac', 'java');
const here = import.meta.dirname;
const [pom, launcher] = [join(here, 'pom.xml'), join(here, 'LoopbackServer.java')];
const digest = createHash('sha256').update(readFileSync(pom)).update(readFileSync(launcher)).digest('hex');
const stamp = join(dynamoDbLocalFolder, 'installed');
if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) {
  console.log(`Amazon DynamoDB Local is in ${dynamoDbLocalFolder}.`);
} else {
  rmSync(dynamoDbLocalFolder, { recursive: true, force: true });
  const lib = join(dynamoDbLocalFolder, 'lib');
  runProgram('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${lib}`]);
  const classPath = [join(lib, '*')].join(delimiter);
  runProgram('javac', ['-d', join(dynamoDbLocalFolder, 'classes'), '-cp', classPath, launcher]);
  writeFileSync(stamp, digest);
  console.log(`Amazon DynamoDB Local was installed into ${dynamoDbLocalFolder}.`);
}
