/** What people write to the support desk about, and how such a talk goes. */
export interface Topic {
  readonly subject: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** What the desk answers and the customer replies, in turns. */
  readonly talk: readonly string[];
}

/** A note among colleagues; customers do not see these. */
export const notes = ['Billing has the same on record.', 'Second contact this month, please be kind.', 'Waiting for the warehouse.'];

/** The topics there are. */
export const topics: readonly Topic[] = [
  {
    subject: 'Invoice shows the wrong address',
    description: 'My last invoice still has my old address on it. Could you send a corrected one?',
    tags: ['billing', 'address'],
    talk: [
      'We have corrected the address; the new invoice is on its way.',
      'It has arrived, thank you.',
      'Good to hear. We close this now.',
    ],
  },
  {
    subject: 'Charged twice this month',
    description: 'There are two payments of the same amount on my card statement.',
    tags: ['billing', 'refund'],
    talk: [
      'One of the two is a reservation that lapses within five days.',
      'It is still there after a week.',
      'We have refunded it by hand.',
    ],
  },
  {
    subject: 'Parcel has not arrived',
    description: 'The tracking page has said "in transit" for nine days.',
    tags: ['delivery'],
    talk: ['We have asked the carrier and will write again tomorrow.', 'Any news?', 'It was found at the depot and comes on Thursday.'],
  },
  {
    subject: 'Cannot sign in on a new phone',
    description: 'The app says that my code is wrong, though I typed it just as it was sent.',
    tags: ['login', 'app'],
    talk: ['Codes hold for two minutes; we have reset the counter for you.', 'Now it works.', 'Glad that it does.'],
  },
  {
    subject: 'How do I change my plan?',
    description: 'I would like to go from the small plan to the family plan from next month on.',
    tags: ['subscription'],
    talk: ['You find it below "My plan"; shall we do it for you?', 'Yes please.', 'Done: it changes on the first of the month.'],
  },
  {
    subject: 'Please stop the newsletter',
    description: 'I have unsubscribed twice and still get it.',
    tags: ['consent', 'newsletter'],
    talk: ['You are off the list. One more letter may be on its way.', 'Thank you.'],
  },
  {
    subject: 'Device makes a humming noise',
    description: 'Since the update the device hums at night. The serial number is on the photo.',
    tags: ['product', 'warranty'],
    talk: [
      'Does it stop when you unplug it for a minute?',
      'No, it comes back at once.',
      'Then we exchange it; the label is in your mail.',
    ],
  },
  {
    subject: 'Copy of my data',
    description: 'I ask for a copy of what you keep about me.',
    tags: ['privacy'],
    talk: ['We have your request and answer within a month.', 'I have it, thank you.'],
  },
  {
    subject: 'Praise for your colleague',
    description: 'The lady on the phone yesterday solved in five minutes what had bothered me for weeks.',
    tags: ['praise'],
    talk: ['She was delighted to read this. Thank you for writing!'],
  },
];
