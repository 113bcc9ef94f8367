"""What mail clients write around a quote, in many languages, compared without case and accents.

Learned from the clients' own translations and from real mails. Adding a language is adding words.
"""

from __future__ import annotations

from store.channels.mail.new_text.lines import plain


def listed(words: str) -> tuple[str, ...]:
    """The phrases of a comma-separated text, as `plain` spells them."""
    return tuple(plain(word) for word in words.split(","))


WROTE = listed("""
    demiş, dedi, diyor, belirtti, yazdý, yazmýþ, yazdä±, escribiã³, a ã©crit, quoting,
    mensaje citado por, citando a, zitat von, wrote, writes, said, says, sent, schrieb, schrieben,
    geschrieben, schreibt, a ecrit, ecrit, ecrivait, nous a dit, escribio, ha escrito, escribe, escribia,
    escribiste, dijo, yazdi, yazmis, yazmisti, yaziyor, demis ki, ha scritto, scrisse, escreveu,
    escribiu, va escriure, ha escrit, escrigue, a scris, ha scrit, ha scribite, schreef, geschreven,
    skreau, skryf, skrev, skreiv, skrifaði, kirjoitti, kirjutas, irta, napsal, napsal(a), napisal,
    napisal(a), napisala, napísal, napísal(a), 이(가) 쓴 글, pisze, pise, napisao, napisao/la,
    napisao je, je napisao, пише, написал, написала, пишет, написав, написа, напісау, rase, rakstija,
    napisa, jo napisal, εγραψε, shkroi, idatzi zuen, skrivet, ysgrifennodd, scriobh, sgriobh, yura,
    жазған, yozdi, წერს, գրել է, da viet, menulis, membalas, נכתב על ידי, כתב, כתבה, מאת, كتب, نوشت,
    เขียนว่า, เขียนเมื่อ, បានសរសេរ, 写道, 写于, 寫道, のメール, は書きました, が書きました, 쓴 글, 작성
""")

FROM = listed("""
    from, von, de, kimden, gonderen, expediteur, remitente, da, mittente, van, afzender, fran, avsandare,
    fra, od, nadawca, lahettaja, felado, de la, απο, от, вид, від, од, 发件人, 寄件者, 差出人, 보낸 사람,
    보낸사람, من, מאת, tu, saatja, dari
""")

SENT = listed("""
    sent, gesendet, gesendet am, envoye, envoye le, date d'envoi, enviado, enviado el, fecha de envio,
    enviado em, enviada em, enviada, gonderilme, gonderildi, gonderme tarihi, gonderim tarihi,
    gonderilme tarihi, inviato, inviato il, data invio, verzonden, skickat, sendt, lahetetty, wyslano,
    отправлено, надислано, надіслано, odeslano, odoslane, elkuldve, trimis, σταλθηκε, 发送时间, 送信日時,
    보낸 날짜, נשלח, تاريخ الارسال, poslano, saadetud
""")

DATE = listed("""
    date, datum, fecha, tarih, data, dato, paivays, дата, data i godzina, ημερομηνια, 日期, 日付, 날짜,
    תאריך, التاريخ, تاريخ, le, tanggal, kuupaev
""")

TO = listed("""
    to, an, a, para, kime, alici, destinataire, destinatario, aan, til, till, do, komu, vastaanottaja,
    cimzett, catre, προς, кому, до, 收件人, 宛先, 받는 사람, 받는사람, الى, אל, pour, kepada, saaja
""")

CC = listed("""
    cc, kopie, copie, copia, bilgi, kopia, kopi, копия, копія, 抄送, 참조, cci, bcc, cco
""")

SUBJECT = listed("""
    subject, betreff, objet, sujet, asunto, konu, oggetto, onderwerp, amne, emne, temat, тема, aihe,
    assunto, predmet, targy, subiect, θεμα, 主题, 主旨, 件名, 제목, الموضوع, נושא, perihal, teema
""")

ALSO = listed("""
    reply-to, reply to, antwort an, antworten an, repondre a, responder a, yanit adresi, yanitla,
    risposta, rispondi a, beantwoorden - aan, importance, wichtigkeit, prioritat, importancia, prioridad,
    onem, attachments, anlagen, anhange, pieces jointes, adjuntos, datos adjuntos, ekler, allegati,
    message-id, organization, newsgroups, posted at, conversation, en nombre de, ответить
""")

ORIGINAL = listed("""
    kemennadenn orinel, asl xabar, qitzij rutzijol, изворна порука, оригинална порака,
    upprunalegur póstur, түпнұсқа хабарламасы, oorspronklike boodskap, الرسالة الأصليَّة,
    mesazhi origjinal, sākotnējā vēstule, საწყისი წერილი, зыходнае паведамленне, mesej asal,
    neges wreiddiol, an teachdaireachd thùsail, originalus laiškas, jatorrizko mezua, opphavleg melding,
    originalna powěsć, oarspronklik berjocht, teachtaireacht bhunaidh, messadi original, բնօրինակ նամակը,
    izen anezli, ข้อความต้นฉบับ, original message, reply message, original email, original e-mail,
    original mail, message from, ursprungliche nachricht, ursprungliche mail, ursprungliche e-mail,
    original-nachricht, original nachricht, originalnachricht, originalmail, antwort nachricht,
    originalmeldung, message original, message d'origine, message initial, message de depart,
    mail original, courriel original, mensaje original, mensaje de origen, correo original, ozgun ileti,
    ozgun mesaj, orijinal mesaj, orijinal ileti, orjinal mesaj, orjinal ileti, asil ileti, asil mesaj,
    ilk ileti, ozgun e-posta, orijinal e-posta, messaggio originale, mensagem original, mensaxe orixinal,
    missatge original, mesajul original, oorspronkelijk bericht, oorspronkelijke bericht,
    origineel bericht, oprindelig meddelelse, opprinnelig melding, ursprungligt meddelande,
    originalmeddelande, alkuperainen viesti, algne kiri, eredeti uzenet, wiadomosc oryginalna,
    oryginalna wiadomosc, tresc oryginalnej wiadomosci, puvodni zprava, povodna sprava,
    izvirno sporocilo, izvorna poruka, исходное сообщение, оригинальное сообщение,
    початкове повидомлення, початкове повідомлення, оригинално писмо, αρχικο μηνυμα, thu goc, pesan asli,
    原始邮件, 原始消息, 原始郵件, 원본 메시지, הודעה מקורית, 元のメッセージ
""")

FORWARDED = listed("""
    uzatilgan xabar, прослеђена порука, áframsendur póstur, رسالة ممرّرة, mesazhi i përcjellë,
    pārsūtītā vēstule, გადაგზავნილი წერილი, mensaxe reunviáu, перанакіраванае паведамленне,
    mesej dikirim semula, pesan diteruskan, mensaxe reenviada, persiųstas laiškas, birbidalitako mezua,
    vidaresend melding, messadi renvià, փոխանցվող նամակը, tin nhắn đã được chuyển tiếp,
    trochstjoerd berjocht, teachtaireacht ar aghaidh, ข้อความที่ส่งต่อ, forwarded message,
    forwarded email, begin forwarded message, forwarded by, forwarded mail, weitergeleitete nachricht,
    weitergeleitete mail, weitergeleitete e-mail, anfang der weitergeleiteten nachricht,
    weitergeleitet von, message transfere, debut du message transfere, debut du message reexpedie,
    message reexpedie, mensaje reenviado, inicio del mensaje reenviado, mensaje original reenviado,
    reenviado por, iletilen ileti, iletilmis ileti, yonlendirilmis ileti, yonlendirilen ileti,
    iletilen mesaj, iletilmis mesaj, yonlendirilmis mesaj, yonlendirilen mesaj, ileti baslangici,
    iletilmis iletinin baslangici, messaggio inoltrato, inizio messaggio inoltrato, mensagem encaminhada,
    mensagem reencaminhada, inicio da mensagem encaminhada, missatge reenviat, mesaj redirectionat,
    doorgestuurd bericht, begin doorgestuurd bericht, videresendt meddelelse, videresendt melding,
    vidarebefordrat meddelande, valitetty viesti, edastatud kiri, tovabbitott uzenet,
    przekazana wiadomosc, wiadomosc przekazana, tresc przekazanej wiadomosci, preposlana zprava,
    preposlana sprava, posredovano sporocilo, proslijedena poruka, пересылаемое сообщение,
    перенаправленное сообщение, пересланное сообщение, переслане повидомлення, переслане повідомлення,
    препратено писмо, προωθημενο μηνυμα, 转发的消息, 转发邮件, 轉寄郵件, 전달된 메시지, הודעה שהועברה,
    転送メッセージ
""")

# Lines that a help desk or forum puts between the answer and the history.
HISTORY = listed("""
    previous replies, vorherige antworten, reponses precedentes, respuestas anteriores,
    respuestas previas, onceki yanitlar, onceki cevaplar, risposte precedenti, respostas anteriores
""")

REPLY_ABOVE = listed("""
    above this line, oberhalb dieser zeile, uber dieser zeile, au-dessus de cette ligne,
    encima de esta linea, por encima de esta linea, bu satirin ustun, bu cizginin ustun,
    sopra questa riga, acima desta linha, boven deze regel
""")
