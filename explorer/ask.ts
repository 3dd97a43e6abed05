/** As whom, and what for, the page asks. */
export interface Session {
  readonly token: string;
  /** Empty where the token's only one will do. */
  readonly purpose: string;
}

/** What the gateway answered, as its JSON; where it is none, its text beside the status. Rejects where there was no answer. */
export async function ask(url: string, { token, purpose }: Session, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json', 'content-type': 'application/json', authorization: `Bearer ${token}`,
      ...(purpose === '' ? {} : { 'x-purpose': purpose }),
    },
    body: JSON.stringify(body),
    cache: 'no-store', redirect: 'error', referrerPolicy: 'no-referrer',
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { status: response.status, text };
  }
}
