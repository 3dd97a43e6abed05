/** What is seen of a value, in a word or two. */
export function outcomeName(outcome: string): string {
  switch (outcome) {
    case 'plain': return 'allowed';
    case 'deny': return 'denied';
    case 'open': return 'dependent on the customer';
    case 'absent': return 'absent';
    case 'fails': return 'fail';
    default: return `masked by ${outcome}`;
  }
}
