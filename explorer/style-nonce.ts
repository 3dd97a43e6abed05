/**
 * Gives each style element that the page makes the nonce of the page: the editor writes rules into such elements, and the policy of the page lets in
 * no others.
 */
export function giveStylesNonce(document: Document, nonce: string): void {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- of its forms only those for elements that no longer exist are
  const createElement = document.createElement.bind(document);
  Object.assign(document, {
    createElement(name: string, options?: ElementCreationOptions): HTMLElement {
      const element = createElement(name, options);
      if (element instanceof HTMLStyleElement) element.nonce = nonce;
      return element;
    },
  });
}
