"""What phones, mail programs, lists and lawyers add below a mail, compared without case and accents."""

from __future__ import annotations

from store.channels.mail.new_text.phrases import listed

DEVICES = listed("""
    iphone, ipad, ipod, imachine, i phone, android, blackberry, samsung, galaxy, huawei, xiaomi, redmi,
    oneplus, honor, oppo, nokia, htc, lumia, pixel, motorola, xperia, sony, alcatel, verizon, t-mobile,
    movistar, vodafone, windows, mobile, mobil, mobiltelefon, mobilgerät, movil, móvil, handy,
    smartphone, smart phone, telefon, telefono, telefonum, telefonumdan, telefonundan, téléphone, phone,
    cell, cellphone, celular, tablet, tablette, portable, device, dispositivo, gerät, appareil, cihaz,
    cihazımdan, cihazından, outlook, yahoo, gmail, mailbox, mail, posta, e-posta, courrier, correo,
    airmail, sparrow, thunderbird, k-9, fairemail, proton, protonmail, tutanota, aquamail, bluemail,
    spark, acompli, hotmail, gmx, web.de, orange, sfr, laptop, mac, macbook, watch, kindle, handheld,
    typeapp, superhuman, missive, mailspring, edison mail, myphone,
    wireless, newton, ti-85, vivo, claro, telcel, orange.fr, free, libero, unterwegs
""")

SENT_FROM = listed("""
    sent from, sent via, sent with, sent by, sent using, sent on, sent through, written from, written on,
    typed on, posted from, from my, gesendet von, gesendet mit, gesendet aus, gesendet über,
    gesendet via, gesendet per, verschickt mit, verschickt von, geschrieben mit, geschrieben von,
    von unterwegs, envoyé de, envoyé du, envoyé depuis, envoyé avec, envoyé à partir, envoyé par,
    envoyé via, envoyé d', écrit depuis, provenance :, provenance, enviado desde, enviado con,
    enviado por, enviado a través, enviado mediante, enviado do, enviado de, enviado pelo, enviado via,
    escrito desde, mensaje enviado desde, este mensaje fue enviado desde,
    este mensaje ha sido enviado desde, enviada do, inviato da, inviato dal, inviato con,
    inviato tramite, verzonden vanaf, verzonden met, verzonden vanuit, verzonden via, verzonden van,
    verstuurd vanaf, verstuurd met, verstuurd vanuit, verstuurd via, skickat från, skickat med, från min,
    sendt fra, sendt med, lähetetty, wysłane z, wysłano z, odesláno z, отправлено с, отправлено из,
    отправлено от, надіслано з, trimis de, trimis din
""")

SENT_AFTER = listed("から送信, 에서 보냄, 傳送, 传送, 發送, 发送")
SENT_BEFORE = listed("发自, 發自, נשלח מ, أرسلت من, أُرسلت من")

GET = listed("""
    get, download, obtenez, obtenir, télécharger, téléchargez, holen sie sich, laden sie, obtener, obtén,
    obtenga, descargar, descarga, descargue, scarica, ottieni, obter, obtenha, hämta, hent, hanki,
    pobierz, скачать, получить
""")
GET_AFTER = listed("herunterladen, downloaden, edinin, indirin, yükleyin, beschaffen, holen")

# "Sent from my desk, …" is the author speaking.
NOT_A_DEVICE = listed("""
    is, are, was, desk, heart, point, side, view, experience, understanding, perspective, account,
    easier, but, because, weil, aber, nicht, pero, porque, mais, ama, çünkü, yesterday, gestern, ayer,
    hier, dün
""")

FOOTER = listed("""
    you received this message because you are subscribed, you are receiving this because,
    alternative html version deleted, text was scrubbed, attachment was scrubbed,
    se ha borrado un adjunto, checked for viruses by, auf viren geprüft, en busca de virus,
    virüslere karşı, antivirus avast, avast antivirus, avast antivirüs
""")

LEAVING = listed("""
    unsubscribe, se désabonner, se désinscrire, désinscription, abmelden, abbestellen, abmeldung,
    darse de baja, darme de baja, anular su suscripción, üyelikten çık, üyeliğinizi iptal,
    abonelikten çık, mailing list
""")

NEXT_PART = listed(
    "next part, próxima parte, nächster teil, section suivante, sonraki bölüm, parte successiva"
)

DISCLAIMER = listed("""
    confidential, confidentiel, confidencial, vertraulich, privileged, intended recipient, intended for,
    intended solely, bestimmungsgemäß, destinatari, destinataire, empfänger, alıcısı, gizli, disclaimer,
    legal notice, aviso legal, yasal uyarı, haftungsausschluss, prohibited, prohibid, interdit,
    unzulässig, yasak, verboten, erroneously, por error, par erreur, irrtümlich, yanlışlıkla, delete it,
    delete this, elimin, löschen, siliniz, imprimir, before printing, medio ambiente, environment
""")

PRINTING = listed("""
    before printing, antes de imprimir, avant d'imprimer, bevor sie diese, vor dem ausdrucken,
    yazdırmadan önce, çıktı almadan önce, prima di stampare, consider the environment,
    piense en el medio, pensez à l'environnement
""")
