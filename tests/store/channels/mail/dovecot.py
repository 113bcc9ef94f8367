"""Dovecot on loopback, where it is installed: the tests of mailboxes run against it as well as against pymap."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp

from tests.store.channels.mail.servers import ImapServer, _free_port

PROGRAM = shutil.which("dovecot", path=os.defpath + ":/usr/sbin:/sbin")

_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{base}/mail/%u
first_valid_uid = 1
{users}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/mail/%u
}}
"""


class Dovecot(ImapServer):
    """Stands where pymap stands; stopped, it leaves nothing."""

    def __init__(self) -> None:
        assert PROGRAM is not None
        self.port = _free_port()
        self._base = Path(mkdtemp(prefix="dovecot-"))
        is_root = os.getuid() == 0
        uid, gid = (65534, 65534) if is_root else (os.getuid(), os.getgid())
        users = "" if is_root else f"default_internal_user = {uid}\ndefault_login_user = {uid}"
        (self._base / "mail").mkdir()
        self._base.chmod(0o755)
        if is_root:
            os.chown(self._base / "mail", uid, gid)
        config = self._base / "dovecot.conf"
        facts = {"base": self._base, "port": self.port, "password": self.password, "uid": uid, "gid": gid}
        config.write_text(_CONFIG.format(users=users, **facts))
        self._process = subprocess.Popen([PROGRAM, "-F", "-c", str(config)], stderr=subprocess.DEVNULL)
        self._wait_until_it_answers()

    def stop(self) -> None:
        super().stop()
        shutil.rmtree(self._base, ignore_errors=True)
