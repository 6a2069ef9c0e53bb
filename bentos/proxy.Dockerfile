# The proxy's image: Debian's HAProxy, on the layers that the other two images have already.
FROM docker.io/library/python:3.11-slim
RUN apt-get update \
    && apt-get install --quiet --yes --no-install-recommends haproxy \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
COPY bentos/haproxy.cfg /etc/haproxy/haproxy.cfg
USER haproxy
EXPOSE 8080
# In the foreground, SIGUSR1 lets it finish what it has begun.
STOPSIGNAL SIGUSR1
CMD ["haproxy", "-db", "-f", "/etc/haproxy/haproxy.cfg"]
