"""The protocol files and the code that is made of them.

Run as a program, it fetches the files from a server and makes the code: python3 -m core.microservices.midimo_chat.utils http://localhost:8082
"""
import pathlib
import shutil
import sys
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent

# Where the integration guide puts the protocol files, and the code beside them.
PROTO_DIR = HERE / 'protos'
FILES = ('chat.proto', 'presence.proto', 'notification.proto')


def find_proto_dir():
    """The folder of the protocol files: the guide's, or the one in the server's own repository that this client came with."""
    candidates = [PROTO_DIR, *(parent / 'ChatServer' / 'Dialects' / 'Midimo' / 'Protos' for parent in HERE.parents)]
    for folder in candidates:
        if all((folder / file).is_file() for file in FILES):
            return folder
    raise FileNotFoundError(f'There are no protocol files in {PROTO_DIR}. Fetch them: python3 -m {__spec__.name if __spec__ else __name__} http://localhost:8082')


def download_proto_files(url, proto_dir=None):
    """Fetches the protocol files from a server's web address, such as http://localhost:8082; returns their folder."""
    folder = pathlib.Path(proto_dir or PROTO_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    for file in FILES:
        with urllib.request.urlopen(urllib.parse.urljoin(url, f'/protos/{file}'), timeout=30) as answer, open(folder / file, 'wb') as copy:
            shutil.copyfileobj(answer, copy)
    return folder


def generate_proto_files(proto_dir=None, output_dir=None):
    """Makes Python code of every protocol file in a folder, beside the files or in another folder; returns the code's folder.

    Needs grpcio-tools (Debian: python3-grpc-tools).
    """
    from grpc_tools import protoc
    source = pathlib.Path(proto_dir) if proto_dir else find_proto_dir()
    target = pathlib.Path(output_dir) if output_dir else source
    files = sorted(str(file) for file in source.glob('*.proto'))
    if not files:
        raise FileNotFoundError(f'There are no protocol files in {source}')
    target.mkdir(parents=True, exist_ok=True)
    status = protoc.main(['protoc', f'--proto_path={source}', f'--python_out={target}', f'--grpc_python_out={target}', *files])
    if status != 0:
        raise RuntimeError(f'protoc ended with status {status}; what it said stands on stderr')
    return target


if __name__ == '__main__':
    print(generate_proto_files(download_proto_files(sys.argv[1])))
