// What Rillis's documents leave open about its Screening API: requests, responses, matching and the blacklist.
import type { Assumption } from '../../provider/assumptions.js'

/** Open questions about the Screening API and its blacklist. */
export const screeningAssumptions: readonly Assumption[] = [
  {
    name: 'screeningAuth',
    question: 'How does the Screening API know who calls?',
    choice: 'credentials',
    reason:
      'It has the host of the Transaction Screening API (Create BlackList, URL), which takes client_id and client_secret as parameters of each request (Transaction Analysis, request body): here in the JSON body of POST and PATCH, in the query of GET and DELETE. Any are accepted; the client_id is the account. A missing one is 400, as for transactions.',
    setting: 'provider',
    alternatives:
      'bearer: a token of /api/v1/auth/token; off: nothing is needed (in both, a client_id still names the account)',
  },
  {
    name: 'screeningThreshold',
    question: 'From which match percentage on is an entry of a watchlist reported?',
    choice: 80,
    reason:
      'A match has a percentage from 0 to 100 (Blacklist Matching Logic, "Matching Logic"); the least one is not documented.',
    setting: 'provider',
    alternatives: 'any whole number from 0 to 100',
  },
  {
    name: 'screeningBasePath',
    question: 'What is the path of Organizations Analysis?',
    choice: '/api/v1/screening',
    reason: 'By analogy with individuals (Individuals Analysis, URL): /entities/organizations below it.',
    setting: 'provider',
    alternatives: 'any path',
  },
  {
    name: 'screeningRequests',
    question: 'What are the requests of the analyses?',
    choice:
      'an individual: first_name, last_name, and optionally middle_name, birth_date, nationality, document_number; an organization: name, and optionally country, document_number; a wallet: wallet, network, and optionally asset; each with an optional external_id; other keys are ignored',
    reason:
      'Only name, date of birth and nationality are mentioned (Individuals Analysis, description). The keys are those of forms (Onboarding Individual, table of fields) and transactions (Transaction Analysis, request body).',
  },
  {
    name: 'screeningResponses',
    question: 'What are the responses of the analyses?',
    choice:
      '200 at once: id, external_id, entity_type, name or wallet, status MATCH or NO_MATCH, risk_level, analyzed_at in ms, matches of watchlists (for a wallet: risk_score and exposures), blacklist_matches',
    reason:
      'None is documented. The risk levels are those of transactions (Transaction webhooks, table of fields); an entity can have several blacklist matches, each with a percentage (Blacklist Matching Logic, "Matching Logic").',
  },
  {
    name: 'screeningLists',
    question: 'Who is on a watchlist, and which wallet is of risk?',
    choice:
      'ten made-up persons, four made-up companies and four made-up wallets, listed on the page of the provider; SANCTION is high risk, PEP and WATCHLIST medium; any other name has no match and any other wallet low risk',
    reason:
      'A test needs names whose answer it knows. Nobody on the lists exists. Ids of entries, risk scores and exposures come from the seed.',
  },
  {
    name: 'screeningScore',
    question: 'How is a match percentage computed?',
    choice:
      'the share of letters in words that are alike (edit distance, whatever the accents, case, order of words and legal form), 60 % for the name covered better and 40 % for the other; less 25 for another date of birth (10 in the same year) and 10 for another nationality, country or network; the same document number is 100',
    reason:
      'Input and entry are compared by identifying attributes (Blacklist Matching Logic, "How It Works"), without a formula.',
  },
  {
    name: 'screeningSummary',
    question: 'What does the summary return?',
    choice:
      'a page of the analyses of individuals and organizations of the account, newest first, filtered by external_id, entity_type or status; page and limit are in the body',
    reason:
      'It is a list or summary of what was analysed before (Screening Entities Summary Analysis, description). Pages are those of the transaction list (Monitoring & History, query).',
  },
  {
    name: 'screeningWebhooks',
    question: 'Does an analysis send a webhook?',
    choice: 'none',
    reason: 'The webhooks of the menus belong to the Flow API and to transactions (Webhooks Overview, menu).',
  },
  {
    name: 'blacklistRecord',
    question: 'What is a blacklist record?',
    choice:
      'entity_type PERSON (first_name and last_name, or document_number), COMPANY (name or document_number) or WALLET (wallet), with middle_name, birth_date, nationality, country, network, reason and status ACTIVE or INACTIVE; what does not apply is null; created_at and updated_at in ms; an inactive record matches nothing; two equal records are allowed',
    reason:
      'Records are wallets, individuals or companies, with a status (Blacklist Matching Logic, "Blacklist Endpoints"). PERSON and COMPANY are the types of a transaction (Transaction Analysis, request body).',
  },
  {
    name: 'blacklistAnswers',
    question: 'What do the blacklist routes return?',
    choice:
      'Create 201 and Get, Update, Delete 200 with the record; Get All a page of them, newest first; 404 for a record that was removed or is of another account',
    reason: 'None is documented. Pages are those of the transaction list (Monitoring & History, response).',
  },
  {
    name: 'blacklistSettings',
    question: 'What are the blacklist settings of an account?',
    choice:
      'enabled (true), minimum_match_percentage (80) and risk_level (HIGH) of an entity with a blacklist match; 200 with all three',
    reason:
      'They affect how matches are handled across the account (Blacklist Matching Logic, "Blacklist Endpoints"); their names are not documented.',
  },
  {
    name: 'screeningLimits',
    question: 'How large may values and the blacklist be?',
    choice:
      '40 characters and 5 words for a part of a name, 120 and 15 for the name of a company, 150 for a wallet, 500 for a reason; 500 records in a blacklist; more is 400; an analysis lists the best 50 matches of the blacklist',
    reason: 'No limit is documented; every screening compares all records of the account.',
  },
]
