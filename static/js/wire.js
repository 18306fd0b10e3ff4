// Written by `manage.py wire`: the names of the wire; wire.d.ts has the types.

export const ACCOUNTS = Object.freeze({
  PRESENCE_CHANGED: "accounts.presence_changed",
});

export const CALLS = Object.freeze({
  CALL_ACCEPTED: "calls.call_accepted",
  CALL_ALERTED: "calls.call_alerted",
  CALL_CONNECTED: "calls.call_connected",
  CALL_DECLINED: "calls.call_declined",
  CALL_ENDED: "calls.call_ended",
  CALL_JOINED: "calls.call_joined",
  CALL_RANG: "calls.call_rang",
  CHANGE_MEDIA: "calls.change_media",
  ICE_SERVERS_RENEWED: "calls.ice_servers_renewed",
  JOIN_CALL: "calls.join_call",
  LEAVE_CALL: "calls.leave_call",
  MEDIA_CHANGED: "calls.media_changed",
  PARTY_JOINED: "calls.party_joined",
  PARTY_LEFT: "calls.party_left",
  PARTY_MOVED: "calls.party_moved",
  RENEW_ICE_SERVERS: "calls.renew_ice_servers",
  RENEW_LEASE: "calls.renew_lease",
  REPORT_CONNECTED: "calls.report_connected",
  SEND_SIGNAL: "calls.send_signal",
  SIGNAL_SENT: "calls.signal_sent",
});

export const CHAT = Object.freeze({
  CONVERSATION_TOUCHED: "chat.conversation_touched",
  MARK_DELIVERED: "chat.mark_delivered",
  MARK_READ: "chat.mark_read",
  MEMBER_ADMITTED: "chat.member_admitted",
  MEMBER_LEFT: "chat.member_left",
  MEMBER_TYPED: "chat.member_typed",
  MESSAGE_POSTED: "chat.message_posted",
  MESSAGES_DELIVERED: "chat.messages_delivered",
  MESSAGES_READ: "chat.messages_read",
  MUTING_CHANGED: "chat.muting_changed",
  POST_MESSAGE: "chat.post_message",
  SAVE_DRAFT: "chat.save_draft",
  START_TYPING: "chat.start_typing",
});

export const HELPLINE = Object.freeze({
  EMERGENCY_MOVED: "helpline.emergency_moved",
  TICKET_MOVED: "helpline.ticket_moved",
  TICKET_VIEWED: "helpline.ticket_viewed",
});

export const NOTIFICATIONS = Object.freeze({
  BADGE_CHANGED: "notifications.badge_changed",
  NOTIFICATION_POSTED: "notifications.notification_posted",
  NOTIFICATIONS_READ: "notifications.notifications_read",
  PREFERENCES_CHANGED: "notifications.preferences_changed",
});

export const WIRE = Object.freeze({
  ACK: "wire.ack",
  ANSWER_BEAT: "wire.answer_beat",
  BEAT: "wire.beat",
  REFUSED: "wire.refused",
});
