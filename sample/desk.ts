import { day, hour, instantText } from './calendar.ts';
import type { Entry } from './directory.ts';
import type { Person } from './people.ts';
import { drawFor } from './random.ts';
import { notes, topics, type Topic } from './topics.ts';

/** A row of the support desk, with the names of its GraphQL types. */
export type DeskRow = Readonly<Record<string, unknown>> & { readonly id: string };

/** What a ticket is about and how it goes. */
interface Course {
  readonly id: string;
  readonly slot: number;
  readonly topic: Topic;
  readonly agent: string;
  readonly openedAt: number;
  /** When it will be solved. */
  readonly endsAt: number;
  /** When it was solved; undefined while it is not. */
  readonly solvedAt: number | undefined;
  readonly reopens: number;
}

/** Nobody writes more than once in so long, so that the number of the stretch can name the ticket. */
const stretch = 45 * day;
const agents = ['Yara Blom', 'Henrik Dahl', 'Lucie Marchand', 'Ivan Horvat', 'Sam Carter'];
const channels = ['email', 'email', 'chat', 'phone', 'web', 'social'];
const hoursToAnswer = { urgent: 4, high: 8, normal: 24, low: 72 } as const;
const priorities = ['urgent', 'high', 'normal', 'normal', 'normal', 'low'] as const;
const surveys = [['CSAT', 5], ['CSAT', 5], ['NPS', 10], ['CES', 7]] as const;
const praise = ['Quick and friendly.', 'All good!', 'She knew at once what I meant.'];
const blame = ['Took too long.', 'Had to explain it twice.', 'The answer did not fit my question.'];

/** The requester that a person is. */
export function requesterRow({ person, copy }: Entry): DeskRow {
  return {
    id: copy.id,
    name: copy.name,
    email: copy.email ?? null,
    emailVerified: copy.email !== undefined && copy.emailVerified,
    phone: copy.phone ?? null,
    externalId: copy.number ?? null,
    createdAt: instantText(person.createdAt),
    updatedAt: instantText(person.updatedAt),
  };
}

/** Her tickets, newest first. */
export function ticketRows({ person, copy }: Entry, now: number): readonly DeskRow[] {
  return coursesOf({ person, copy }, now).map((course) => {
    const draw = drawFor('ticket', person.index, course.slot);
    const priority = draw.pick(priorities);
    const { id, topic, agent, openedAt, solvedAt, reopens } = course;
    const lastSaid = Math.max(...talkOf(person, course, now).map(({ at }) => at), openedAt, solvedAt ?? 0);
    return {
      id,
      requester: { id: copy.id },
      subject: topic.subject,
      description: topic.description,
      state: stateOf(course, draw.pick(['open', 'open', 'pending', 'hold']), now),
      priority,
      channel: draw.pick(channels),
      assignee: now - openedAt < 2 * hour ? null : { name: agent },
      tags: topic.tags,
      createdAt: instantText(openedAt),
      updatedAt: instantText(lastSaid),
      dueAt: instantText(openedAt + hoursToAnswer[priority] * hour),
      solvedAt: solvedAt === undefined ? null : instantText(solvedAt),
      firstContactResolved: solvedAt === undefined ? null : solvedAt - openedAt < 6 * hour && reopens === 0,
      reopens,
      url: `https://support.sample-company.example/tickets/${id}`,
    };
  });
}

/** The comments on one of her tickets, oldest first; none where she has no such ticket. */
export function commentRows(entry: Entry, ticketId: string, now: number): readonly DeskRow[] {
  const course = coursesOf(entry, now).find(({ id }) => id === ticketId);
  if (course === undefined) return [];
  return talkOf(entry.person, course, now).map(({ kind, body, at, isPublic }, turn) => ({
    id: `${ticketId}${String(turn).padStart(2, '0')}`,
    ticketId,
    author: { name: kind === 'requester' ? entry.copy.name : course.agent, kind },
    body,
    public: isPublic,
    createdAt: instantText(at),
  }));
}

/** What she answered when she was asked how it went, newest first. */
export function satisfactionRows(entry: Entry, now: number): readonly DeskRow[] {
  const { person, copy } = entry;
  return coursesOf(entry, now)
    .flatMap(({ id, slot, solvedAt }) => {
      const draw = drawFor('survey', person.index, slot);
      const respondedAt = (solvedAt ?? Number.POSITIVE_INFINITY) + draw.between(1, 72) * hour;
      if (respondedAt > now || !draw.chance(person.index === 0 ? 0.8 : 0.4)) return [];
      const [metric, scale] = draw.pick(surveys);
      const score = Math.max(metric === 'NPS' ? 0 : 1, Math.round(scale * Math.sqrt(draw.unit())));
      const comment = draw.chance(0.4) ? draw.pick(score >= scale * 0.7 ? praise : blame) : null;
      const row = { id: `9${id}`, requesterId: copy.id, ticketId: id, metric, score, scale, comment };
      return [{ respondedAt, row }];
    })
    .toSorted((a, b) => b.respondedAt - a.respondedAt)
    .map(({ respondedAt, row }) => ({ ...row, respondedAt: instantText(respondedAt) }));
}

/** The id of the requester whose ticket this is. */
export function requesterOfTicket(ticketId: string): string {
  return ticketId.slice(0, -3);
}

function coursesOf({ person, copy }: Entry, now: number): readonly Course[] {
  const often = person.index === 0 ? 0.6 : drawFor('desk', person.index).unit() * 0.2;
  const slots = Math.max(0, Math.ceil((now - person.createdAt) / stretch));
  return Array.from({ length: slots }, (_, slot) => slot)
    .flatMap((slot) => {
      const draw = drawFor('course', person.index, slot);
      const openedAt = person.createdAt + slot * stretch + draw.between(0, stretch - 1);
      if (!draw.chance(often) || openedAt > now) return [];
      const endsAt = openedAt + Math.ceil(draw.unit() ** 2 * 14 * day);
      const solved = endsAt <= now;
      const reopens = draw.chance(0.12) ? draw.between(1, 3) : 0;
      return {
        id: `${copy.id}${String(slot).padStart(3, '0')}`,
        slot,
        topic: draw.pick(topics),
        agent: draw.pick(agents),
        openedAt,
        endsAt,
        solvedAt: solved ? endsAt : undefined,
        reopens: solved ? reopens : 0,
      };
    })
    .reverse();
}

function stateOf({ openedAt, solvedAt }: Course, inBetween: string, now: number): string {
  if (solvedAt !== undefined) return now - solvedAt > 14 * day ? 'closed' : 'solved';
  return now - openedAt < 2 * hour ? 'new' : inBetween;
}

interface Remark {
  readonly kind: 'requester' | 'agent';
  readonly body: string;
  readonly at: number;
  readonly isPublic: boolean;
}

function talkOf({ index }: Person, { slot, topic, openedAt, endsAt }: Course, now: number): readonly Remark[] {
  const draw = drawFor('talk', index, slot);
  const note = draw.chance(0.3) ? [{ kind: 'agent', body: draw.pick(notes), isPublic: false } as const] : [];
  const talk = topic.talk.map((body, turn) => ({ kind: turn % 2 === 0 ? 'agent' : 'requester', body, isPublic: true }) as const);
  const remarks = [...note, ...talk];
  return remarks
    .map((remark, turn) => ({ ...remark, at: openedAt + Math.floor(((turn + 1) / (remarks.length + 1)) * (endsAt - openedAt)) }))
    .filter(({ at }) => at <= now);
}
