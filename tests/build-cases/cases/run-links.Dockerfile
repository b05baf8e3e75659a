FROM busybox
RUN echo x > /h1 && ln /h1 /h2 && ln -s h1 /s1 && mkfifo /ff
