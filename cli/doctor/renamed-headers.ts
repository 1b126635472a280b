/** Expected response of a function, as it must arrive at the client. */
export interface ExpectedAnswer {
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Responses with different headers: the cacheable public keys, and the refusal of an unsigned request. */
export const expectedAnswers: readonly ExpectedAnswer[] = [
  {
    path: '/.well-known/jwks.json',
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' },
  },
  {
    path: '/v1/applications/self',
    status: 401,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  },
];

/** Finds renamed headers: API Gateway renames some headers of an integration to `x-amzn-remapped-…`. */
export function headerFaults({ path, status, headers }: ExpectedAnswer, answer: Response): string[] {
  const renamed = [...answer.headers.keys()].filter(name => name.startsWith('x-amzn-remapped-'));
  const wrong = Object.entries(headers).filter(([name, value]) => answer.headers.get(name) !== value);
  return [
    ...(answer.status === status ? [] : [`${path} answers ${answer.status}, not ${status}`]),
    ...renamed.map(name => `${path} has ${name}`),
    ...wrong.map(([name, value]) => `${path} has ${name} ${answer.headers.get(name) ?? 'not at all'}, not ${value}`),
  ];
}
