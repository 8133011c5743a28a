"""The calls of the Python client that the guide does not show: midimo.py USER"""
import io
import sys

from core.microservices.auth import user_token
from core.microservices.midimo_chat.client import MidimoChatClient
from midimo_telling import tell

user = sys.argv[1]
agent = f'{user}_agent'


def first(subscription, fits):
    """What is told until something fits, and that."""
    told = []
    for one in subscription:
        told.append(one)
        if fits(one):
            return told


def threads(client, thread_id):
    tell('add_participant', client.add_participant(thread_id, user, f'{user}_friend'))
    tell('remove_participant', client.remove_participant(thread_id, user, f'{user}_friend'))
    for number in range(5):
        client.send_message(thread_id, user, f'{number}')
    newest = client.get_thread_messages(thread_id, limit=2)
    tell('pages', [newest, client.get_thread_messages(thread_id, limit=2, before_id=newest[0].id)])
    other = client.create_thread(user, title='Another').id
    page = client.get_user_threads(user, limit=1)
    tell('get_user_threads', [page.threads[0].id == other, client.get_user_threads(user, limit=1, page_token=page.next_page_token).threads[0].id == thread_id])
    before = client.get_thread_detail(thread_id, agent).unread_count
    tell('mark_thread_read', [client.mark_thread_read(thread_id, agent), before, client.get_thread_detail(thread_id, agent).unread_count])


def files(client, thread_id):
    from_memory = client.upload_attachment(user, 'một.txt', b'x' * 200_000)
    from_file = client.upload_attachment(user, 'hai.txt', io.BytesIO(b'y' * 70_000))
    tell('upload_attachment', [from_memory, from_file])
    tell('send_attachment', client.send_message(thread_id, user, '', attachment_ids=[from_memory.attachment_id, from_file.attachment_id]))


def presences(client):
    with client.subscribe_presence(user, [agent]) as subscription:
        told = [next(subscription)]
        client.update_presence(agent, 'away', 'Đang ăn', device='mobile')
        tell('subscribe_presence', told + first(subscription, lambda update: update.presence.status == 'AWAY'))
    tell('after cancel', list(subscription))
    tell('get_presence', client.get_presence([agent, 'nobody_at_all', agent]))


def notifications(client):
    token = user_token(user, scope=['chat.read'])
    with MidimoChatClient(token_provider=lambda: token) as own, own.subscribe_notifications(user) as subscription:
        subscription.wait_until_open()
        sent = client.send_notification(user, 'Đã giao hàng', body='order_456', type='order_update', data={'order_id': 'order_456'})
        tell('subscribe_notifications', first(subscription, lambda one: one.id == sent.id))
    tell('list_notifications', client.list_notifications(user, unread_only=True))
    tell('mark_notifications_read', [client.mark_notifications_read(user), client.mark_notifications_read(user)])


with MidimoChatClient() as client:
    thread = client.create_thread(user, title='Hỗ trợ', participants=[agent])
    threads(client, thread.id)
    files(client, thread.id)
    presences(client)
    notifications(client)
