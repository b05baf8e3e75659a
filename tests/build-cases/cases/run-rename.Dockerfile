FROM busybox
RUN mkdir /d && echo 1 > /d/1 && mv /d /e && rm -rf /var/www && mkdir /var/www && touch /var/www/new
