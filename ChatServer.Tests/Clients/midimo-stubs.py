"""midimo by the code that grpc_tools makes of its protocol files, and nothing more: midimo-stubs.py ADDRESS STUBS TOKEN USER"""
import sys

address, stubs, token, user = sys.argv[1:]
sys.path.insert(0, stubs)

import chat_pb2
import chat_pb2_grpc
import grpc
import health_pb2
import health_pb2_grpc
import presence_pb2
import presence_pb2_grpc
from midimo_telling import tell

channel = grpc.insecure_channel(address)
chat = chat_pb2_grpc.ChatServiceStub(channel)
presence = presence_pb2_grpc.PresenceServiceStub(channel)
authorization = (('authorization', f'Bearer {token}'),)


def told(name, call):
    try:
        answer = call()
    except grpc.RpcError as error:
        answer = {'status': error.code().name, 'details': error.details()}
    tell(name, answer)
    return answer


thread = told('create', lambda: chat.CreateThread(chat_pb2.CreateThreadRequest(user_id=user), metadata=authorization)).thread


def send(content, **options):
    return chat.SendMessage(chat_pb2.SendMessageRequest(thread_id=thread.id, user_id=user, content=content), metadata=authorization, **options)


told('plain', lambda: send('Xin chào'))
told('gzip', lambda: send('z' * 5000, compression=grpc.Compression.Gzip))
told('deflate', lambda: send('z' * 5000, compression=grpc.Compression.Deflate))
told('deadline in mid-stream', lambda: list(presence.SubscribePresence(
    presence_pb2.SubscribePresenceRequest(user_id=user, target_user_ids=[user]), metadata=authorization, timeout=0.5)))
told('messages', lambda: chat.GetThreadMessages(chat_pb2.GetThreadMessagesRequest(thread_id=thread.id), metadata=authorization))
told('health', lambda: health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest()))
