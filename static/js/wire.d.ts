// Written by `manage.py wire`: the types of the wire.

export const ACCOUNTS: Readonly<{
  PRESENCE_CHANGED: "accounts.presence_changed";
}>;

export const CALLS: Readonly<{
  CALL_ACCEPTED: "calls.call_accepted";
  CALL_ALERTED: "calls.call_alerted";
  CALL_CONNECTED: "calls.call_connected";
  CALL_DECLINED: "calls.call_declined";
  CALL_ENDED: "calls.call_ended";
  CALL_JOINED: "calls.call_joined";
  CALL_RANG: "calls.call_rang";
  CHANGE_MEDIA: "calls.change_media";
  ICE_SERVERS_RENEWED: "calls.ice_servers_renewed";
  JOIN_CALL: "calls.join_call";
  LEAVE_CALL: "calls.leave_call";
  MEDIA_CHANGED: "calls.media_changed";
  PARTY_JOINED: "calls.party_joined";
  PARTY_LEFT: "calls.party_left";
  PARTY_MOVED: "calls.party_moved";
  RENEW_ICE_SERVERS: "calls.renew_ice_servers";
  RENEW_LEASE: "calls.renew_lease";
  REPORT_CONNECTED: "calls.report_connected";
  SEND_SIGNAL: "calls.send_signal";
  SIGNAL_SENT: "calls.signal_sent";
}>;

export const CHAT: Readonly<{
  CONVERSATION_TOUCHED: "chat.conversation_touched";
  MARK_DELIVERED: "chat.mark_delivered";
  MARK_READ: "chat.mark_read";
  MEMBER_ADMITTED: "chat.member_admitted";
  MEMBER_LEFT: "chat.member_left";
  MEMBER_TYPED: "chat.member_typed";
  MESSAGE_POSTED: "chat.message_posted";
  MESSAGES_DELIVERED: "chat.messages_delivered";
  MESSAGES_READ: "chat.messages_read";
  MUTING_CHANGED: "chat.muting_changed";
  POST_MESSAGE: "chat.post_message";
  SAVE_DRAFT: "chat.save_draft";
  START_TYPING: "chat.start_typing";
}>;

export const HELPLINE: Readonly<{
  EMERGENCY_MOVED: "helpline.emergency_moved";
  TICKET_MOVED: "helpline.ticket_moved";
  TICKET_VIEWED: "helpline.ticket_viewed";
}>;

export const NOTIFICATIONS: Readonly<{
  BADGE_CHANGED: "notifications.badge_changed";
  NOTIFICATION_POSTED: "notifications.notification_posted";
  NOTIFICATIONS_READ: "notifications.notifications_read";
  PREFERENCES_CHANGED: "notifications.preferences_changed";
}>;

export const WIRE: Readonly<{
  ACK: "wire.ack";
  ANSWER_BEAT: "wire.answer_beat";
  BEAT: "wire.beat";
  REFUSED: "wire.refused";
}>;

/** A person came online or went offline. */
export interface AccountsPresenceChanged {
  person: string;
  online: boolean;
}

/** A device has answered: all others stop ringing. */
export interface CallsCallAccepted {
  id: string;
  by: string;
}

/** A device of the one who is called rings. */
export interface CallsCallAlerted {
  id: string;
}

/** Media flow since then, by the server's clock; also the answer to `report_connected`. */
export interface CallsCallConnected {
  id: string;
  connected_at: string;
}

/** One of a group has declined: their own devices stop ringing, all others go on. */
export interface CallsCallDeclined {
  id: string;
  by: string;
}

/** The call is over. `duration` is in seconds; without `ended_by` it was a deadline. */
export interface CallsCallEnded {
  id: string;
  conversation: string;
  end_reason: string;
  duration: number|null;
  ended_by: string|null;
}

/** The answer to `join_call`: how the call stands, and the others whose tabs have joined. A call that somebody answers in an emergency becomes of the kind `emergency`: a page that shows another kind is to be loaded anew. Two who are both polite are helpers of one emergency, the second of whom takes over: they have nothing to do with each other, and are not named here. With the policy `relay` one of its people hides their network address: what is not a candidate of a relay is not passed on. */
export interface CallsCallJoined {
  kind: string;
  status: string;
  alerted: boolean;
  polite: boolean;
  parties: Array<CallsParty>;
  ice_servers: Array<CallsIceServer>;
  ice_transport_policy: string;
}

/** Someone calls this person. `waiting`: quietly, they are in a call; told anew once free. An emergency rings a group and never rings out: it has no `ring_expires_at`. `about` is what the caller has told, `page` where to read on; while it rings it is told anew with what is new. */
export interface CallsCallRang {
  id: string;
  conversation: string;
  kind: string;
  caller: CallsCaller;
  ring_expires_at: string|null;
  waiting: boolean;
  about?: string;
  page?: string;
}

/** Who calls, with all that a page needs to show them; `role` is in words. */
export interface CallsCaller {
  id: string;
  name: string;
  initials: string;
  hue: number;
  photo: string|null;
  role: string;
}

/** An ICE candidate in the browsers' own form; an empty one is the last. */
export interface CallsCandidate {
  candidate: string;
  sdpMid?: string|null;
  sdpMLineIndex?: number|null;
  usernameFragment?: string|null;
}

/** Tell the others what I have turned on or off. */
export interface CallsChangeMedia {
  party_id: string;
  microphone: boolean;
  camera: boolean;
}

/** A session description. */
export interface CallsDescription {
  type: "answer"|"offer";
  sdp: string;
}

/** A STUN or TURN server, as RTCPeerConnection takes it. */
export interface CallsIceServer {
  urls: Array<string>;
  username?: string|null;
  credential?: string|null;
}

/** The answer to `renew_ice_servers`: the same as on joining, with fresh credentials. */
export interface CallsIceServersRenewed {
  ice_servers: Array<CallsIceServer>;
  ice_transport_policy: string;
}

/** Hold the call in this tab; `move` takes it from another one of mine. */
export interface CallsJoinCall {
  party_id: string;
  move?: boolean;
}

/** Hang up. */
export interface CallsLeaveCall {
  party_id: string;
}

/** A tab turned its microphone or camera on or off; relayed. */
export interface CallsMediaChanged {
  call: string;
  party_id: string;
  microphone: boolean;
  camera: boolean;
}

/** A tab that holds the call for a person. */
export interface CallsParty {
  person: string;
  party_id: string;
}

/** A tab holds the call for a person. `polite` is the joiner's own side in a glare. */
export interface CallsPartyJoined {
  id: string;
  person: string;
  party_id: string;
  polite: boolean;
}

/** A tab is out of the call; with the reason `lost` it may come back. With the reason `handed_over` the caller hears by now whoever has taken over. */
export interface CallsPartyLeft {
  id: string;
  person: string;
  party_id: string;
  reason: string;
}

/** This tab lost the call to another one of the same person, which joins next. */
export interface CallsPartyMoved {
  id: string;
  person: string;
  party_id: string;
}

/** Credentials last two hours: asked for before a connection begins anew in a long call. */
export interface CallsRenewIceServers {
  party_id: string;
}

/** This tab still holds the call; to be sent every ten seconds. */
export interface CallsRenewLease {
  party_id: string;
}

/** Media flow between this tab and another. */
export interface CallsReportConnected {
  party_id: string;
}

/** Relay to one party of the call; `number` rises with each signal of a party. */
export interface CallsSendSignal {
  from_party: string;
  to_party: string;
  number: number;
  description?: CallsDescription|null;
  candidates?: Array<CallsCandidate>|null;
}

/** What one browser needs to tell another to connect; relayed, never stored or logged. */
export interface CallsSignalSent {
  call: string;
  from_party: string;
  to_party: string;
  number: number;
  description: CallsDescription|null;
  candidates: Array<CallsCandidate>|null;
}

/** Who wrote a message, with all that a page needs to show their face. */
export interface ChatAuthor {
  id: string;
  name: string;
  initials: string;
  hue: number;
  photo: string|null;
}

/** A call as its conversation remembers it; `duration` is in seconds, `began_at` its start. */
export interface ChatCallNote {
  id: string;
  kind: string;
  end_reason: string;
  duration: number|null;
  started_by: string;
  began_at: string;
}

/** For one member: how a conversation now stands in their list. */
export interface ChatConversationTouched {
  conversation: string;
  seq: number;
  unread: number;
  preview: string;
  author: string|null;
  created_at: string|null;
}

/** This device has every message up to `seq`. */
export interface ChatMarkDelivered {
  seq: number;
}

/** I have read every message up to `seq`. */
export interface ChatMarkRead {
  seq: number;
}

/** Someone else is in the conversation from now on. */
export interface ChatMemberAdmitted {
  conversation: string;
  member: string;
  delivered_seq: number;
  read_seq: number;
}

/** Someone neither reads nor writes here any more. */
export interface ChatMemberLeft {
  conversation: string;
  member: string;
}

/** A member is typing: relayed, never stored; forget it after five seconds. */
export interface ChatMemberTyped {
  conversation: string;
  member: string;
  name: string;
}

/** A message was added to a conversation. `seq` orders the messages; `changed_seq` is the number of the change that brought it. */
export interface ChatMessagePosted {
  id: string;
  conversation: string;
  seq: number;
  changed_seq: number;
  author: ChatAuthor;
  client_id: string;
  kind: string;
  body: string;
  created_at: string;
  call: ChatCallNote|null;
}

/** A member's device has every message up to `seq`. */
export interface ChatMessagesDelivered {
  conversation: string;
  member: string;
  seq: number;
}

/** A member has read every message up to `seq`. */
export interface ChatMessagesRead {
  conversation: string;
  member: string;
  seq: number;
}

/** For one member: a conversation is muted until then, until it is ended, or no longer. */
export interface ChatMutingChanged {
  conversation: string;
  is_muted: boolean;
  until: string|null;
}

/** Add a message; a retry carries the same `client_id`. The result is the message. */
export interface ChatPostMessage {
  client_id: string;
  body: string;
}

/** Keep what I have written so far; an empty `body` clears it. */
export interface ChatSaveDraft {
  body: string;
}

/** I am typing; to be repeated every few seconds. */
export interface ChatStartTyping {
}

/** Something about an emergency has changed; whoever shows it asks how it stands. */
export interface HelplineEmergencyMoved {
  id: string;
}

/** Something about a ticket has changed; whoever shows it asks how it stands. */
export interface HelplineTicketMoved {
  id: string;
  number: number;
  status: string;
}

/** Other agents look at a ticket than before; whoever shows who looks asks anew. */
export interface HelplineTicketViewed {
  number: number;
}

/** The counts of the bell and of the navigation, always as the database has them. */
export interface NotificationsBadgeChanged {
  unread_notifications: number;
  unread_messages: number;
  unread_answers: number;
  missed_calls: number;
}

/** Something happened that this person should know; shown as a toast by an open page. `sound` is the name of the one that goes with it, empty for none. */
export interface NotificationsNotificationPosted {
  id: string;
  kind: string;
  title: string;
  text: string;
  url: string;
  urgent: boolean;
  silent: boolean;
  sound: string;
  updated_at: string;
}

/** This person has looked at these, here or on another device: whatever shows them stops. Of very many several events are made. */
export interface NotificationsNotificationsRead {
  ids: Array<string>;
}

/** What this person wants to hear, and when; `quiet_from` and `quiet_to` as 22:00. */
export interface NotificationsPreferencesChanged {
  sounds: Record<string, string>;
  quiet_from: string|null;
  quiet_to: string|null;
  undisturbed_until: string|null;
  lets_urgent_through: boolean;
}

/** The command with this `ref` was done; `result` is what it returned, after commit. */
export interface WireAck {
  result?: any;
}

/** The page lives. Sent from `onmessage`, because hidden tabs slow their timers. */
export interface WireAnswerBeat {
}

/** The server lives, and this is where things stand: a page behind a head fetches. */
export interface WireBeat {
  heads: Record<string, number>;
}

/** The command with this `ref` was not done: a code for programs, words for people. */
export interface WireRefused {
  code: string;
  detail: string;
}
