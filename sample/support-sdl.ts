/** The support desk's GraphQL schema. */
export const supportSdl = `
"RFC 3339, in UTC."
scalar DateTime

type Query {
  "One entry per id, in their order; null where there is no such requester."
  requesters(ids: [ID!]!): [Requester]!
  "Who has one of these addresses; case does not matter."
  requestersByEmail(emails: [String!]!): [Requester!]!
  "Who has one of these numbers; only digits matter, and a leading 00 stands for +."
  requestersByPhone(phones: [String!]!): [Requester!]!
  "Newest first."
  tickets(requesterId: ID!, first: Int = 10, after: String): TicketPage
  "Oldest first."
  comments(ticketId: ID!, first: Int = 10, after: String): CommentPage
  "Newest first."
  satisfaction(requesterId: ID!, first: Int = 10, after: String): SatisfactionPage
}

type Requester {
  id: ID!
  name: String!
  email: String
  emailVerified: Boolean!
  phone: String
  "The customer number, where somebody has entered it."
  externalId: String
  createdAt: DateTime!
  updatedAt: DateTime!
}

type Ticket {
  id: ID!
  requester: RequesterReference!
  subject: String!
  description: String!
  state: TicketState!
  priority: TicketPriority!
  channel: String!
  assignee: Agent
  tags: [String!]!
  createdAt: DateTime!
  updatedAt: DateTime!
  dueAt: DateTime!
  solvedAt: DateTime
  "Null until it is solved."
  firstContactResolved: Boolean
  reopens: Int!
  url: String!
}

type RequesterReference {
  id: ID!
}

type Agent {
  name: String!
}

enum TicketState {
  new
  open
  pending
  hold
  solved
  closed
}

enum TicketPriority {
  urgent
  high
  normal
  low
}

type Comment {
  id: ID!
  ticketId: ID!
  author: Author!
  body: String!
  "False for a note among colleagues."
  public: Boolean!
  createdAt: DateTime!
}

type Author {
  name: String!
  kind: AuthorKind!
}

enum AuthorKind {
  requester
  agent
}

type Satisfaction {
  id: ID!
  requesterId: ID!
  ticketId: ID!
  metric: SatisfactionMetric!
  score: Int!
  "The highest score there is."
  scale: Int!
  comment: String
  respondedAt: DateTime!
}

enum SatisfactionMetric {
  CSAT
  NPS
  CES
}

type PageInfo {
  hasNextPage: Boolean!
  endCursor: String
}

type TicketPage {
  nodes: [Ticket!]!
  pageInfo: PageInfo!
}

type CommentPage {
  nodes: [Comment!]!
  pageInfo: PageInfo!
}

type SatisfactionPage {
  nodes: [Satisfaction!]!
  pageInfo: PageInfo!
}
`;
