/** Whether a host, as an address writes it, is this machine: what is said to it leaves by no wire. */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
