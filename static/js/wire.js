// Written by `manage.py wire`: the names and the types of the wire.

export const ACCOUNTS = Object.freeze({
  PRESENCE_CHANGED: "accounts.presence_changed",
  SIGNED_OUT: "accounts.signed_out",
});

export const CALLS = Object.freeze({
  CALL_ACCEPTED: "calls.call_accepted",
  CALL_ALERTED: "calls.call_alerted",
  CALL_CONNECTED: "calls.call_connected",
  CALL_ENDED: "calls.call_ended",
  CALL_JOINED: "calls.call_joined",
  CALL_RANG: "calls.call_rang",
  CHANGE_MEDIA: "calls.change_media",
  JOIN_CALL: "calls.join_call",
  LEAVE_CALL: "calls.leave_call",
  MEDIA_CHANGED: "calls.media_changed",
  PARTY_JOINED: "calls.party_joined",
  PARTY_LEFT: "calls.party_left",
  PARTY_MOVED: "calls.party_moved",
  RENEW_LEASE: "calls.renew_lease",
  REPORT_CONNECTED: "calls.report_connected",
  SEND_SIGNAL: "calls.send_signal",
  SIGNAL_SENT: "calls.signal_sent",
});

export const CHAT = Object.freeze({
  CONVERSATION_TOUCHED: "chat.conversation_touched",
  MARK_DELIVERED: "chat.mark_delivered",
  MARK_READ: "chat.mark_read",
  MEMBER_TYPED: "chat.member_typed",
  MESSAGE_POSTED: "chat.message_posted",
  MESSAGES_DELIVERED: "chat.messages_delivered",
  MESSAGES_READ: "chat.messages_read",
  POST_MESSAGE: "chat.post_message",
  SAVE_DRAFT: "chat.save_draft",
  START_TYPING: "chat.start_typing",
});

export const NOTIFICATIONS = Object.freeze({
  BADGE_CHANGED: "notifications.badge_changed",
  NOTIFICATION_POSTED: "notifications.notification_posted",
});

export const WIRE = Object.freeze({
  ACK: "wire.ack",
  ANSWER_BEAT: "wire.answer_beat",
  BEAT: "wire.beat",
  REFUSED: "wire.refused",
});

/**
 * @typedef {object} AccountsPresenceChanged A person came online or went offline.
 * @property {string} person
 * @property {boolean} online
 */

/**
 * @typedef {object} AccountsSignedOut A session of this person ended: pages that lost theirs show sign-in again.
 * @property {string} person
 */

/**
 * @typedef {object} CallsCallAccepted A device has answered: all others stop ringing.
 * @property {string} id
 * @property {string} by
 */

/**
 * @typedef {object} CallsCallAlerted A device of the one who is called rings.
 * @property {string} id
 */

/**
 * @typedef {object} CallsCallConnected Media flow since then, by the server's clock; also the answer to `report_connected`.
 * @property {string} id
 * @property {string} connected_at
 */

/**
 * @typedef {object} CallsCallEnded The call is over. `duration` is in seconds; without `ended_by` it was a deadline.
 * @property {string} id
 * @property {string} conversation
 * @property {string} end_reason
 * @property {number|null} duration
 * @property {string|null} ended_by
 */

/**
 * @typedef {object} CallsCallJoined The answer to `join_call`: how the call stands, and the others whose tabs have joined.
 * @property {string} status
 * @property {boolean} alerted
 * @property {boolean} polite
 * @property {Array<CallsParty>} parties
 * @property {Array<CallsIceServer>} ice_servers
 * @property {string} ice_transport_policy
 */

/**
 * @typedef {object} CallsCallRang Someone calls this person. `waiting`: they are in a call, so it rings quietly.
 * @property {string} id
 * @property {string} conversation
 * @property {string} kind
 * @property {CallsCaller} caller
 * @property {string} ring_expires_at
 * @property {boolean} waiting
 */

/**
 * @typedef {object} CallsCaller Who calls, with all that a page needs to show them; `role` is in words.
 * @property {string} id
 * @property {string} name
 * @property {string} initials
 * @property {number} hue
 * @property {string|null} photo
 * @property {string} role
 */

/**
 * @typedef {object} CallsCandidate An ICE candidate in the browsers' own form; an empty one is the last.
 * @property {string} candidate
 * @property {string|null} [sdpMid]
 * @property {number|null} [sdpMLineIndex]
 * @property {string|null} [usernameFragment]
 */

/**
 * @typedef {object} CallsChangeMedia Tell the others what I have turned on or off.
 * @property {string} party_id
 * @property {boolean} microphone
 * @property {boolean} camera
 */

/**
 * @typedef {object} CallsDescription A session description.
 * @property {"answer"|"offer"} type
 * @property {string} sdp
 */

/**
 * @typedef {object} CallsIceServer A STUN or TURN server, as RTCPeerConnection takes it.
 * @property {Array<string>} urls
 * @property {string|null} [username]
 * @property {string|null} [credential]
 */

/**
 * @typedef {object} CallsJoinCall Hold the call in this tab; `move` takes it from another one of mine.
 * @property {string} party_id
 * @property {boolean} [move]
 */

/**
 * @typedef {object} CallsLeaveCall Hang up.
 * @property {string} party_id
 */

/**
 * @typedef {object} CallsMediaChanged A tab turned its microphone or camera on or off; relayed.
 * @property {string} call
 * @property {string} party_id
 * @property {boolean} microphone
 * @property {boolean} camera
 */

/**
 * @typedef {object} CallsParty A tab that holds the call for a person.
 * @property {string} person
 * @property {string} party_id
 */

/**
 * @typedef {object} CallsPartyJoined A tab holds the call for a person. `polite` is the joiner's own side in a glare.
 * @property {string} id
 * @property {string} person
 * @property {string} party_id
 * @property {boolean} polite
 */

/**
 * @typedef {object} CallsPartyLeft A tab is out of the call; with the reason `lost` it may come back.
 * @property {string} id
 * @property {string} person
 * @property {string} party_id
 * @property {string} reason
 */

/**
 * @typedef {object} CallsPartyMoved This tab lost the call to another one of the same person, which joins next.
 * @property {string} id
 * @property {string} person
 * @property {string} party_id
 */

/**
 * @typedef {object} CallsRenewLease This tab still holds the call; to be sent every ten seconds.
 * @property {string} party_id
 */

/**
 * @typedef {object} CallsReportConnected Media flow between this tab and another.
 * @property {string} party_id
 */

/**
 * @typedef {object} CallsSendSignal Relay to one party of the call; `number` rises with each signal of a party.
 * @property {string} from_party
 * @property {string} to_party
 * @property {number} number
 * @property {CallsDescription|null} [description]
 * @property {Array<CallsCandidate>|null} [candidates]
 */

/**
 * @typedef {object} CallsSignalSent What one browser needs to tell another to connect; relayed, never stored or logged.
 * @property {string} call
 * @property {string} from_party
 * @property {string} to_party
 * @property {number} number
 * @property {CallsDescription|null} description
 * @property {Array<CallsCandidate>|null} candidates
 */

/**
 * @typedef {object} ChatAuthor Who wrote a message, with all that a page needs to show their face.
 * @property {string} id
 * @property {string} name
 * @property {string} initials
 * @property {number} hue
 * @property {string|null} photo
 */

/**
 * @typedef {object} ChatCallNote A call as its conversation remembers it; `duration` is in seconds.
 * @property {string} id
 * @property {string} kind
 * @property {string} end_reason
 * @property {number|null} duration
 * @property {string} started_by
 */

/**
 * @typedef {object} ChatConversationTouched For one member: how a conversation now stands in their list.
 * @property {string} conversation
 * @property {number} seq
 * @property {number} unread
 * @property {string} preview
 * @property {string|null} author
 * @property {string|null} created_at
 */

/**
 * @typedef {object} ChatMarkDelivered This device has every message up to `seq`.
 * @property {number} seq
 */

/**
 * @typedef {object} ChatMarkRead I have read every message up to `seq`.
 * @property {number} seq
 */

/**
 * @typedef {object} ChatMemberTyped A member is typing: relayed, never stored; forget it after five seconds.
 * @property {string} conversation
 * @property {string} member
 * @property {string} name
 */

/**
 * @typedef {object} ChatMessagePosted A message was added to a conversation. `seq` orders the messages; `changed_seq` is the number of the change that brought it.
 * @property {string} id
 * @property {string} conversation
 * @property {number} seq
 * @property {number} changed_seq
 * @property {ChatAuthor} author
 * @property {string} client_id
 * @property {string} kind
 * @property {string} body
 * @property {string} created_at
 * @property {ChatCallNote|null} call
 */

/**
 * @typedef {object} ChatMessagesDelivered A member's device has every message up to `seq`.
 * @property {string} conversation
 * @property {string} member
 * @property {number} seq
 */

/**
 * @typedef {object} ChatMessagesRead A member has read every message up to `seq`.
 * @property {string} conversation
 * @property {string} member
 * @property {number} seq
 */

/**
 * @typedef {object} ChatPostMessage Add a message; a retry carries the same `client_id`. The result is the message.
 * @property {string} client_id
 * @property {string} body
 */

/**
 * @typedef {object} ChatSaveDraft Keep what I have written so far; an empty `body` clears it.
 * @property {string} body
 */

/**
 * @typedef {object} ChatStartTyping I am typing; to be repeated every few seconds.
 */

/**
 * @typedef {object} NotificationsBadgeChanged The counts of the bell and of the navigation, always as the database has them.
 * @property {number} unread_notifications
 * @property {number} unread_messages
 */

/**
 * @typedef {object} NotificationsNotificationPosted Something happened that this person should know; shown as a toast by an open page.
 * @property {string} id
 * @property {string} kind
 * @property {string} title
 * @property {string} text
 * @property {string} url
 * @property {boolean} urgent
 * @property {string} updated_at
 */

/**
 * @typedef {object} WireAck The command with this `ref` was done; `result` is what it returned, after commit.
 * @property {any} [result]
 */

/**
 * @typedef {object} WireAnswerBeat The page lives. Sent from `onmessage`, because hidden tabs slow their timers.
 */

/**
 * @typedef {object} WireBeat The server lives, and this is where things stand: a page behind a head fetches.
 * @property {Object<string, number>} heads
 */

/**
 * @typedef {object} WireRefused The command with this `ref` was not done: a code for programs, words for people.
 * @property {string} code
 * @property {string} detail
 */
