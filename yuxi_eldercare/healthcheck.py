"""The web container's health check: `python -m yuxi_eldercare.healthcheck` ends with 0 when /healthz answers.

It asks as the proxy would, so that neither ALLOWED_HOSTS nor HTTPS=1 makes a healthy server look ill.
"""

import os
import sys
import urllib.error
import urllib.request


def request_of(environ: dict[str, str]) -> urllib.request.Request:
    """The request to send: the server on PORT, addressed by the first name in ALLOWED_HOSTS."""
    names = [name.strip() for name in environ.get("ALLOWED_HOSTS", "").split(",") if name.strip()]
    # ".example.cn" stands for the domain and all below it; "*" for any name.
    host = names[0].lstrip(".") if names and names[0] != "*" else "localhost"
    return urllib.request.Request(
        f"http://127.0.0.1:{environ.get('PORT', '8000')}/healthz",
        headers={"Host": host, "X-Forwarded-Proto": "https"},
    )


def main() -> int:
    """Exit code: 0 healthy, 1 not; what went wrong goes to standard error."""
    try:
        with urllib.request.urlopen(request_of(dict(os.environ)), timeout=4) as answer:
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        print(f"unhealthy: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
