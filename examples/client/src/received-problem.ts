/** Problem documents as they arrive: nothing but their form is known. */

/** A problem document (RFC 9457) of the service. */
export interface ReceivedProblem {
  code: string;
  max_age?: unknown;
  changed?: unknown;
}

/** The problem of a response, which stays readable; null where it has none. */
export async function problemOf(response: Response): Promise<ReceivedProblem | null> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return isProblem(body) ? body : null;
}

export function isProblem(body: unknown): body is ReceivedProblem {
  return (
    typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string'
  );
}
