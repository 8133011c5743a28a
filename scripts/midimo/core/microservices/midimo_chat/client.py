"""The client of midimo: one method for each call of its services."""
from ..base import BaseMicroserviceClient, Subscription
from ..config import setting
from . import stubs

_CHUNK = 64 * 1024


class MidimoChatClient(BaseMicroserviceClient):
    """Threads, presence and notifications. Messages of the protocol files come back as they are; times are Unix milliseconds.

    Every method raises what core.microservices.exceptions has.
    """

    def __init__(self, host=None, port=None, secure=None, timeout=10, token_provider=None):
        """What is not given comes from the settings.

        timeout: in seconds, for each attempt of a call. token_provider: a function without parameters that returns a token, such as
        one user's; by default the tokens are those of this service, which may act for any user.
        """
        super().__init__(
            'midimo_chat',
            setting('MIDIMO_CHAT_HOST', 'localhost') if host is None else host,
            setting('MIDIMO_CHAT_PORT', 50051) if port is None else port,
            setting('MIDIMO_CHAT_SECURE', False) if secure is None else secure,
            timeout,
            token_provider)

    # Threads

    def create_thread(self, user_id, title=None, participants=None, metadata=None, idempotency_key=None):
        """Begins a thread between its creator and the participants, and returns it."""
        request = stubs.chat().CreateThreadRequest(user_id=user_id, title=title, participants=participants, metadata=metadata)
        return self._change(self._chat.CreateThread, request, idempotency_key).thread

    def get_user_threads(self, user_id, limit=50, page_token=None):
        """A page of the user's threads, newest activity first: threads, and next_page_token where there are more."""
        return self._ask(self._chat.GetUserThreads, stubs.chat().GetUserThreadsRequest(user_id=user_id, limit=limit, page_token=page_token))

    def get_thread_detail(self, thread_id, user_id=None):
        """The thread with its newest messages, its participants, and how many messages the user has not read."""
        return self._ask(self._chat.GetThreadDetail, stubs.chat().GetThreadDetailRequest(thread_id=thread_id, user_id=user_id)).thread

    def add_participant(self, thread_id, user_id, participant_id):
        """Lets the participant take part, in the user's name; returns the thread."""
        request = stubs.chat().AddParticipantRequest(thread_id=thread_id, user_id=user_id, participant_id=participant_id)
        return self._change(self._chat.AddParticipant, request).thread

    def remove_participant(self, thread_id, user_id, participant_id):
        """Lets the participant take part no longer, in the user's name; returns the thread."""
        request = stubs.chat().RemoveParticipantRequest(thread_id=thread_id, user_id=user_id, participant_id=participant_id)
        return self._change(self._chat.RemoveParticipant, request).thread

    def mark_thread_read(self, thread_id, user_id):
        """The user has read all that was said so far."""
        return self._change(self._chat.MarkThreadRead, stubs.chat().MarkThreadReadRequest(thread_id=thread_id, user_id=user_id)).success

    # Messages

    def send_message(self, thread_id, user_id, content, attachment_ids=None, idempotency_key=None):
        """Says something, and returns it as it was stored.

        idempotency_key: sent again under the same key, it is the message that it was; without one, every call is another message.
        """
        request = stubs.chat().SendMessageRequest(thread_id=thread_id, user_id=user_id, content=content, attachment_ids=attachment_ids)
        return self._change(self._chat.SendMessage, request, idempotency_key).message

    def get_thread_messages(self, thread_id, limit=50, before_id=None):
        """The newest messages, or the newest before that one, oldest first."""
        request = stubs.chat().GetThreadMessagesRequest(thread_id=thread_id, limit=limit, before_id=before_id)
        return self._ask(self._chat.GetThreadMessages, request).messages

    def upload_attachment(self, user_id, file_name, data):
        """Brings a file of the user's, as bytes or as an open file; its attachment_id is for send_message."""
        content = data if isinstance(data, (bytes, bytearray)) else data.read()

        def requests():
            yield stubs.chat().UploadAttachmentRequest(user_id=user_id, file_name=file_name)
            for start in range(0, len(content), _CHUNK):
                yield stubs.chat().UploadAttachmentRequest(data=bytes(content[start:start + _CHUNK]))

        return self._send(self._chat.UploadAttachment, requests)

    # Presence

    def update_presence(self, user_id, status, custom_status=None, device=None):
        """Says how the user is: ONLINE, AWAY, BUSY or OFFLINE; returns it as it is told to others."""
        request = stubs.presence().UpdatePresenceRequest(user_id=user_id, status=status, custom_status=custom_status, device=device)
        return self._change(self._presence.UpdatePresence, request).presence

    def get_presence(self, user_ids):
        """How each of these users is, by the id that was asked for."""
        asked = list(dict.fromkeys(user_ids))
        return dict(zip(asked, self._ask(self._presence.GetPresence, stubs.presence().GetPresenceRequest(user_ids=asked)).presence_data))

    def subscribe_presence(self, user_id, target_user_ids=None):
        """How these users are, and every change of it; without them, everyone who takes part in a thread with the user."""
        request = stubs.presence().SubscribePresenceRequest(user_id=user_id, target_user_ids=target_user_ids)
        return Subscription(self._presence.SubscribePresence(request))

    def update_typing_status(self, thread_id, user_id, is_typing):
        """Says that the user begins to write, or ceases to."""
        request = stubs.presence().TypingRequest(thread_id=thread_id, user_id=user_id, is_typing=is_typing)
        return self._ask(self._presence.UpdateTyping, request).success

    # Notifications

    def send_notification(self, user_id, title, body=None, type=None, data=None, idempotency_key=None):
        """Tells the user something beside the chat, and returns it as it was stored. type: what sort it is, such as order_update."""
        request = stubs.notification().SendNotificationRequest(user_id=user_id, title=title, body=body, type=type, data=data)
        return self._change(self._notifications.SendNotification, request, idempotency_key).notification

    def list_notifications(self, user_id, limit=50, page_token=None, unread_only=False):
        """A page of the user's notifications, newest first: notifications, unread_count, and next_page_token where there are more."""
        request = stubs.notification().ListNotificationsRequest(user_id=user_id, limit=limit, page_token=page_token, unread_only=unread_only)
        return self._ask(self._notifications.ListNotifications, request)

    def mark_notifications_read(self, user_id, notification_ids=None):
        """The user has read these, or all; returns how many had not been read before."""
        request = stubs.notification().MarkNotificationsReadRequest(user_id=user_id, notification_ids=notification_ids)
        return self._change(self._notifications.MarkNotificationsRead, request).marked

    def subscribe_notifications(self, user_id, after_id=None):
        """What the user is told from now on; with after_id, first what was told after that one and is not read."""
        request = stubs.notification().SubscribeNotificationsRequest(user_id=user_id, after_id=after_id)
        return Subscription(self._notifications.SubscribeNotifications(request))

    @property
    def _chat(self):
        return self._stub(stubs.chat_services().ChatServiceStub)

    @property
    def _presence(self):
        return self._stub(stubs.presence_services().PresenceServiceStub)

    @property
    def _notifications(self):
        return self._stub(stubs.notification_services().NotificationServiceStub)
