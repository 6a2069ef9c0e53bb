# The image that signs people in by OpenID Connect: Debian's Apache with mod_auth_openidc, on the layers
# that the other images have already.
FROM docker.io/library/python:3.11-slim
RUN apt-get update \
    && apt-get install --quiet --yes --no-install-recommends apache2-bin libapache2-mod-auth-openidc ca-certificates \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
COPY bentos/signin.conf bentos/signin.sh /etc/signin/
USER www-data
EXPOSE 8080
# It finishes what it has begun.
STOPSIGNAL SIGWINCH
CMD ["sh", "/etc/signin/signin.sh"]
