"""What an application does most often, in its own terms."""
from ..config import setting
from .client import MidimoChatClient


class _Service:
    """Works through a client, of its own where none is given; a context manager that closes it."""

    def __init__(self, client=None):
        self.client = client or MidimoChatClient()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.client.close()


class ChatService(_Service):
    """Threads between customers and those who help them."""

    def create_support_thread(self, customer_id, order_id=None, product_id=None):
        """Begins a thread between the customer and the agent whom the setting DEFAULT_SUPPORT_AGENT_ID names; returns it."""
        about = {'order_id': order_id, 'product_id': product_id}
        return self.client.create_thread(
            user_id=str(customer_id),
            title=f'Support {order_id}' if order_id else 'Support',
            participants=[setting('DEFAULT_SUPPORT_AGENT_ID', 'support_agent_1')],
            metadata={
                'source': 'e_commerce',
                'thread_type': 'customer_support',
                **{name: str(value) for name, value in about.items() if value},
            })

    def send_order_update_message(self, thread_id, order_id, status, message=None):
        """Says in the thread how the order stands, as the user whom the setting SYSTEM_USER_ID names; returns the message."""
        content = f'{order_id}: {status}'
        return self.client.send_message(
            thread_id=thread_id,
            user_id=setting('SYSTEM_USER_ID', 'system'),
            content=f'{content}\n{message}' if message else content)


class PresenceService(_Service):
    """Who is there, and who is writing."""

    def set_user_online(self, user_id, custom_status=None):
        return self.client.update_presence(user_id=user_id, status='ONLINE', custom_status=custom_status)

    def set_user_offline(self, user_id):
        return self.client.update_presence(user_id=user_id, status='OFFLINE')

    def get_agent_availability(self, agent_ids=None):
        """Whether each agent is online, by id; of those in the setting SUPPORT_AGENT_IDS where none are given."""
        asked = setting('SUPPORT_AGENT_IDS', ['support_agent_1']) if agent_ids is None else agent_ids
        return {agent_id: presence.status == 'ONLINE' for agent_id, presence in self.client.get_presence(asked).items()}

    def start_typing(self, thread_id, user_id):
        return self.client.update_typing_status(thread_id=thread_id, user_id=user_id, is_typing=True)

    def stop_typing(self, thread_id, user_id):
        return self.client.update_typing_status(thread_id=thread_id, user_id=user_id, is_typing=False)
