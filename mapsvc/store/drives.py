"""Whether a folder lies on a network drive, where SQLite's locks cannot be trusted."""

import re
from pathlib import Path

_NETWORK = re.compile(
    r"^(nfs\d?|cifs|smb\w*|ncpfs|afs|ceph|glusterfs|lustre|beegfs|gpfs|ocfs2|davfs"
    r"|fuse\.(sshfs|rclone|davfs2?|s3fs|glusterfs|ceph\w*|curlftpfs|gvfsd-fuse|smbnetfs))$"
)
_MOUNTS = Path("/proc/mounts")


def network_kind(folder: Path, mounts: str | None = None) -> str | None:
    """Return the file system's name if `folder` lies on a network drive, else None.

    Parameters
    ----------
    folder : Path
        Need not exist yet.
    mounts : str, optional
        Text in the form of /proc/mounts; read from there by default (no such file: nothing is known, None).
    """
    if mounts is None:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="replace") if _MOUNTS.exists() else ""
    wanted = folder.resolve()
    found, kind = -1, ""
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = Path(_unescape(parts[1]))
        # The later line wins where two are mounted on one point.
        if wanted.is_relative_to(point) and len(point.parts) >= found:
            found, kind = len(point.parts), parts[2]
    return kind if _NETWORK.match(kind) else None


def _unescape(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), text)
