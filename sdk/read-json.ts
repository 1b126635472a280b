/** API Gateway allows 10 MB. A proxy could send a compressed body that exceeds the memory. */
const maxBytes = 16 * 2 ** 20;

/** Reads a response as JSON. @throws TypeError when it exceeds 16 MiB; SyntaxError when it is not JSON */
export async function readJson(response: Response): Promise<unknown> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    bytes += part.value.length;
    if (bytes > maxBytes) {
      void reader?.cancel().catch(() => {});
      throw new TypeError('The response is too long: expected at most 16 MiB.');
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return JSON.parse(text + decoder.decode());
}
