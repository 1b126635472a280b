/** A check that is too long for every test run, or needs a program that npm does not install. */
export interface Part {
  /** What the part proves, for the first line of its output. */
  readonly title: string;
  /** Run in the root of the repository. Exit code 77: a program is missing, which the last line names. */
  readonly command: readonly [program: string, ...args: string[]];
}

/** All parts of `npm run check:independent`; CI runs `alwaysInCi` and one of the others, chosen by the commit. */
export const parts = {
  dates: {
    title: 'Demo and example at six start dates, in three time zones',
    command: ['node', 'scripts/independent/dates.ts'],
  },
  'suite-dates': {
    title:
      'A part of the tests with another system clock, another zone and another START_DATE, chosen by the commit (--all: all of them)',
    command: ['node', 'scripts/independent/suite-dates.ts'],
  },
  'starved-cpu': {
    title: 'Every operation on one processor beside three busy loops; programs of other languages beside six',
    command: ['node', 'scripts/independent/starved-cpu.ts'],
  },
  'dynamodb-local': {
    title: 'all functions once, and the storage tests, on Amazon DynamoDB Local',
    command: ['node', 'scripts/independent/dynamodb-local/run.ts', 'functions'],
  },
  'dynamodb-local-r1-r2': {
    title: 'the bars R1 and R2 on Amazon DynamoDB Local',
    command: ['node', 'scripts/independent/dynamodb-local/run.ts', 'r1-r2'],
  },
  'dynamodb-local-r3-r4': {
    title: 'the bars R3 and R4 on Amazon DynamoDB Local',
    command: ['node', 'scripts/independent/dynamodb-local/run.ts', 'r3-r4'],
  },
  'dynamodb-local-r5-r6': {
    title: 'the bars R5 and R6 on Amazon DynamoDB Local',
    command: ['node', 'scripts/independent/dynamodb-local/run.ts', 'r5-r6'],
  },
  moto: {
    title: 'create, refresh, check, statement on moto: KMS, Secrets Manager, SNS, SQS, S3',
    command: ['node', 'scripts/independent/moto/run.ts'],
  },
  schemathesis: {
    title: 'the API against docs/openapi.json by schemathesis, as four kinds of callers, two minutes',
    command: ['node', 'scripts/independent/schemathesis/run.ts'],
  },
} as const satisfies Record<string, Part>;

export type PartId = keyof typeof parts;

/** Parts that CI runs on every commit. */
export const alwaysInCi: readonly PartId[] = ['dynamodb-local', 'moto'];
