import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Contract } from './contract.ts';

/** Only what the contract promises leaves: an answer is checked against its schema, which strips whatever else is there. */
export function toSuccessResponse(contract: Contract, answer: unknown): APIGatewayProxyResult {
  const cache = contract.cacheSeconds ? `public, max-age=${contract.cacheSeconds}` : 'no-store';
  return {
    statusCode: contract.status,
    headers: { 'content-type': 'application/json', 'cache-control': cache },
    body: JSON.stringify(contract.answer.parse(answer)),
  };
}
