import type { PreparedRequest } from '../sdk/client.ts';

/** Formats a request as a curl command for a POSIX shell. */
export function curlCommand({ method, url, body }: PreparedRequest, headers: Readonly<Record<string, string>>): string {
  const parts = [
    `curl --silent --show-error --request ${method} ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-raw ${quoted(body)}`]),
  ];
  return parts.join(' \\\n  ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
